/** The look that all plots share. */
import type { Config } from 'vega-lite';

/** Blue for training and counts, orange for validation: apart for colour-blind readers too (Okabe and Ito 2008). */
export const colours = { blue: '#0072b2', orange: '#d55e00', green: '#009e73', grey: '#666666' } as const;

/** White ground, so that a plot reads in a dark-mode page too; nothing shortened with an ellipsis. */
export const theme: Config = {
  background: 'white',
  padding: 12,
  font: 'sans-serif',
  title: {
    anchor: 'start',
    fontSize: 15,
    fontWeight: 'normal',
    subtitleFontSize: 12,
    subtitleColor: colours.grey,
    offset: 12,
  },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelLimit: 0,
    titleLimit: 0,
    labelFlush: false,
    gridColor: '#e6e6e6',
    domainColor: '#999999',
    tickColor: '#999999',
  },
  legend: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 0, titleLimit: 0 },
  view: { stroke: null },
};
