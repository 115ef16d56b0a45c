/** What a data file holds, as text: a table, a bar chart and remarks on copies and gaps. */
import type { DatasetDescription } from '../../src/data/describe.js';
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import { formatBarChart } from '../terminal/barChart.js';
import { formatTable } from '../terminal/table.js';

/** The whole text of `fer data stats`. */
export function formatDescription(description: DatasetDescription): string {
  const { count, height, width, classNames, classCounts, splits, emptySplits, missingClasses, hash } = description;
  const rows = classNames.map((name, label) => [
    name,
    ...[...splits.map((split) => split.classCounts[label]!), classCounts[label]!].map(formatCount),
  ]);
  const totals = [...splits.map((split) => split.count), count].map(formatCount);
  const bars = classNames.map((label, index) => {
    const value = classCounts[index]!;
    return { label, value, text: `${formatCount(value)} (${formatPercent(count === 0 ? 0 : value / count)})` };
  });
  return [
    `${formatCount(count)} images of ${width}x${height} pixels, SHA-256 ${hash}`,
    '',
    formatTable([['class', ...splits.map(({ usage }) => usage), 'all'], ...rows, ['all', ...totals]]),
    '',
    formatBarChart(bars),
    '',
    ...formatTwins(description),
    ...(emptySplits.length > 0 ? [`No images in: ${emptySplits.join(', ')}`] : []),
    ...missingClasses.map(({ usage, className }) => `No ${className} image in ${usage}`),
  ].join('\n');
}

function formatTwins({ twins }: DatasetDescription): string[] {
  if (twins.groups === 0) return ['No image occurs twice.'];
  return [
    `Exact copies: ${formatCount(twins.redundantRows)} rows repeat one of ${formatCount(twins.groups)} images; ` +
      `${formatCount(twins.conflictingGroups)} of these images carry different labels.`,
    `Also in Training: ${formatCount(twins.publicTestInTraining)} rows of PublicTest, ` +
      `${formatCount(twins.privateTestInTraining)} rows of PrivateTest.`,
  ];
}
