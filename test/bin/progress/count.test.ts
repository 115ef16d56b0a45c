/** The bar of work that is counted. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { countProgress } from '../../../bin/progress/count.js';

/** What the bar writes for 2 of 4 and 4 of 4 on a stream that is a terminal or not. */
function drawn(isTTY: boolean, quiet: boolean): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const onProgress = countProgress('Drawing', { quiet }, stream as unknown as NodeJS.WriteStream);
  onProgress(2, 4);
  onProgress(4, 4);
  return String(stream.read() ?? '');
}

test('draws on a terminal, leaves nothing behind and lets the cursor be', () => {
  const text = drawn(true, false);
  expect(text).toContain('Drawing ━━━━━━━━━━────────── 2/4');
  expect(text).not.toContain('\x1b[?25l'); // hide cursor
  expect(text.endsWith('\x1b[2K')).toBe(true); // the line is cleared
});

test.each([
  [false, false],
  [true, true],
])('draws nothing when the stream is a terminal: %s, quiet: %s', (isTTY, quiet) => {
  expect(drawn(isTTY, quiet)).toBe('');
});
