/** Words as a shell takes them. */

/** What no shell reads as anything but itself; a tilde or an equals sign may mean something else at the beginning of a word. */
const plain = /^[\w./:@%+,-][\w./:@%+,~=-]*$/;

/** `text` as one word of a command that can be pasted: as it is, or in quotes (double ones on Windows, where file names have none). */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  const isWindows = platform === 'win32';
  if (plain.test(isWindows ? text.replaceAll('\\', '/') : text)) return text;
  return isWindows ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
