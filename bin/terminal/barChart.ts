/** Horizontal bars drawn with block characters, an eighth of a character fine. */

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One bar: its name, its length and what stands behind it. */
export interface Bar {
  readonly label: string;
  /** 0 or more; the longest bar fills the width unless `full` says otherwise. */
  readonly value: number;
  /** Printed after the bar. */
  readonly text: string;
}

export interface BarChartOptions {
  /** Characters of the longest bar; 40 unless given. */
  readonly width?: number;
  /** The value that fills the width; the largest value unless given. */
  readonly full?: number;
}

/** The bars below each other, labels aligned. */
export function formatBarChart(bars: readonly Bar[], options: BarChartOptions = {}): string {
  const width = options.width ?? 40;
  const full = options.full ?? Math.max(...bars.map(({ value }) => value));
  const labelWidth = Math.max(...bars.map(({ label }) => label.length));
  return bars
    .map(({ label, value, text }) => {
      const length = full > 0 ? Math.round((8 * width * value) / full) : 0;
      const drawn = '█'.repeat(Math.floor(length / 8)) + eighths[length % 8]!;
      return `${label.padEnd(labelWidth)}  ${drawn}${drawn === '' ? '' : ' '}${text}`;
    })
    .join('\n');
}
