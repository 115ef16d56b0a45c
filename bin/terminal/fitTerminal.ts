/** Lines as wide as the terminal that they are for. */
import { wrapText } from './wrap.js';

/** `text` as it is; for a terminal each of its lines in as many as it needs, broken at spaces, those that follow indented by two. */
export function fitTerminal(text: string, stream: { readonly isTTY?: boolean; readonly columns?: number }): string {
  if (stream.isTTY !== true) return text;
  const width = stream.columns || 80; // 0 where the terminal does not say
  return text
    .split('\n')
    .map((line) => wrapText(line, { width, rest: '  ' }))
    .join('\n');
}
