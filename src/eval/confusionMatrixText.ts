/** A confusion matrix as text for a terminal. */

/**
 * Counts with the true classes down the left side and the predicted ones across the top, both captioned; ends with a line feed.
 * `matrix` is [classes][classes], row = true class.
 */
export function confusionMatrixText(matrix: readonly (readonly number[])[], classNames: readonly string[]): string {
  const nameWidth = Math.max('true'.length, ...classNames.map((name) => name.length));
  const widths = classNames.map((name, column) =>
    Math.max(name.length, ...matrix.map((row) => String(row[column]!).length)),
  );
  const line = (heading: string, cells: readonly string[]): string =>
    `${heading.padStart(nameWidth)} |${cells.map((cell, column) => `  ${cell.padStart(widths[column]!)}`).join('')}\n`;
  const ruleWidth = widths.reduce((total, width) => total + width + 2, 0);
  return [
    `${' '.repeat(nameWidth)} |  predicted\n`,
    line('true', classNames),
    `${'-'.repeat(nameWidth)}-+${'-'.repeat(ruleWidth)}\n`,
    ...matrix.map((row, index) => line(classNames[index]!, row.map(String))),
  ].join('');
}
