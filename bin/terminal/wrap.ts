/** Text in lines that fit a terminal. */

export interface WrapOptions {
  /** Characters of a line, indentation included; a longer word stays whole. */
  readonly width: number;
  /** What the first line begins with. */
  readonly first?: string;
  /** What the other lines begin with; as many spaces as `first` has characters unless given. */
  readonly rest?: string;
}

/** Breaks `text` at its spaces. */
export function wrapText(text: string, { width, first = '', rest = ' '.repeat(first.length) }: WrapOptions): string {
  const lines: string[] = [];
  let line = first;
  let begun = false;
  for (const word of text.split(' ')) {
    if (begun && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest + word;
    } else {
      line += begun ? ` ${word}` : word;
    }
    begun = true;
  }
  return [...lines, line].join('\n');
}
