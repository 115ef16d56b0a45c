/** Flags as data: a table with one flag per key of a config, so that a key without a flag does not compile. */
import { InvalidArgumentError, Option, type Command } from 'commander';

/** A flag without a value, such as `--skip-bad-rows`; `--no-mirror` sets the key to false. */
export interface SwitchFlag {
  readonly flags: string;
  readonly description: string;
  /** Heading under which `--help` lists it. */
  readonly group: string;
  /** What `--help` says of the default where the config's own value does not tell it. */
  readonly standard?: string;
}

/** A flag whose value is one of a few words; `--help` and completion list them. */
export interface ChoiceFlag<Value> extends SwitchFlag {
  readonly choices: readonly Value[];
}

/** A flag with any other value, such as `--epochs <count>`. */
export interface ParsedFlag<Value> extends SwitchFlag {
  /**
   * From the text that was typed; `before` is what the same flag gave earlier on the line, for flags that may repeat. Throws commander's
   * InvalidArgumentError. The config's own check does the rest.
   */
  readonly parse: (text: string, before?: Value) => Value;
  /** Words that `parse` takes beside others; `--help` and completion list them. */
  readonly words?: readonly string[];
}

/** One flag per key; a key that holds an object of known keys has a table of its own. */
export type FlagTable<Config> = {
  readonly [Key in keyof Config]-?: Config[Key] extends object
    ? IsOpen<Config[Key]> extends true
      ? ParsedFlag<Config[Key]>
      : FlagTable<Config[Key]>
    : [Config[Key]] extends [boolean]
      ? SwitchFlag
      : ChoiceFlag<Config[Key]> | ParsedFlag<Config[Key]>;
};

/** Whether a value is a list, or has keys that nobody knows beforehand. */
type IsOpen<Value> = Value extends readonly unknown[] ? true : string extends keyof Value ? true : false;

type AnyFlag = SwitchFlag | ChoiceFlag<string> | ParsedFlag<unknown>;
interface AnyTable {
  readonly [key: string]: AnyFlag | AnyTable;
}
interface Values {
  [key: string]: unknown;
}

/** Adds the table's flags to `command`; `--help` tells the default of each key that `defaults` has. */
export function addFlags<Config>(command: Command, table: FlagTable<Config>, defaults: Partial<Config>): void {
  for (const { flag, keys } of flagsOf(table)) {
    const standard = keys.reduce<unknown>((values, key) => (values as Values | undefined)?.[key], defaults);
    command.addOption(createOption(flag, standard));
  }
}

/** The values of those flags that were typed, nested as the config is. Defaults are left to the config. */
export function readFlags<Config>(command: Command, table: FlagTable<Config>): Values {
  const values: Values = {};
  for (const { flag, keys } of flagsOf(table)) {
    const name = new Option(flag.flags).attributeName();
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const parents = keys.slice(0, -1);
    const place = parents.reduce((inner, key) => (inner[key] ??= {}) as Values, values);
    place[keys.at(-1)!] = command.getOptionValue(name);
  }
  return values;
}

/** A number as people write it: 128, 1e-4, 0.5. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** A list with commas; a repeated flag adds to it. */
export function parseList(text: string, before: readonly string[] = []): readonly string[] {
  const added = text.split(',').map((part) => part.trim());
  if (added.includes('')) throw new InvalidArgumentError('Expected names with commas between them.');
  return [...before, ...added];
}

/** `name=number`, several with commas; a repeated flag adds to them, and the last number of a name counts. */
export function parseNumbersByName(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const pairs = parseList(text).map((part): [string, number] => {
    const [, name, number] = /^([^=]+)=([^=]+)$/.exec(part) ?? [];
    if (name === undefined || number === undefined) throw new InvalidArgumentError('Expected name=number.');
    return [name.trim(), parseNumber(number)];
  });
  const names = new Set(pairs.map(([name]) => name));
  const kept = Object.entries(before).filter(([name]) => !names.has(name));
  return Object.fromEntries([...kept, ...pairs]);
}

/** Any text as it stands. */
export function parseText(text: string): string {
  return text;
}

function createOption(flag: AnyFlag, standard: unknown): Option {
  const told = flag.standard ?? (typeof standard === 'number' || typeof standard === 'string' ? standard : undefined);
  const description = told === undefined ? flag.description : `${flag.description} (default: ${told})`;
  const option = new Option(flag.flags, description);
  option.helpGroup(`${flag.group}:`);
  if ('choices' in flag) option.choices(flag.choices);
  if ('words' in flag) option.choices(flag.words); // before the parser, which takes the place of the check that choices bring
  if ('parse' in flag) option.argParser(flag.parse);
  return option;
}

function flagsOf(table: AnyTable, parents: readonly string[] = []): { flag: AnyFlag; keys: string[] }[] {
  return Object.entries(table).flatMap(([key, entry]) =>
    isFlag(entry) ? [{ flag: entry, keys: [...parents, key] }] : flagsOf(entry, [...parents, key]),
  );
}

function isFlag(entry: AnyFlag | AnyTable): entry is AnyFlag {
  return typeof entry.flags === 'string';
}
