/** `--threads` of the commands that only predict. */
import { InvalidArgumentError, Option } from 'commander';

/** The option, with its default; 0 = one thread per processor. */
export function threadsOption(standard: number): Option {
  return new Option('-t, --threads <count>', 'threads; 0 = one per processor')
    .argParser(parseThreads)
    .default(standard);
}

function parseThreads(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 256) return value;
  throw new InvalidArgumentError('Expected a whole number from 0 to 256.');
}
