/** What shell completion needs to know of the command tree, read from commander so that it cannot go out of date. */
import type { Argument, Command, Option } from 'commander';

/** What may follow a word: one of a few names, a file or folder, or free text that no shell can guess. */
export type ValueKind = { kind: 'choices'; names: readonly string[] } | { kind: 'file' } | { kind: 'text' };

/** One option of a command. */
export interface CompletionOption {
  /** `--epochs`, and `-q` where there is a short form. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent when the option takes no value. */
  readonly value?: ValueKind;
}

/** One command with its full path, such as `fer data stats`. */
export interface CompletionCommand {
  readonly path: string;
  readonly subcommands: readonly { name: string; description: string }[];
  readonly options: readonly CompletionOption[];
  /** What its positional arguments are; absent when it has none. */
  readonly argument?: ValueKind;
}

const fileNames = /^(file|folder|path|run|csv|config|data|images?|out)\b/;

/** Every command of the tree, parents first. */
export function completionCommands(command: Command, path = command.name()): CompletionCommand[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const argument = command.registeredArguments[0];
  const own: CompletionCommand = {
    path,
    subcommands: subcommands.map((child) => ({
      name: child.name(),
      description: child.summary() || child.description(),
    })),
    options: help.visibleOptions(command).map(completionOption),
    ...(argument && { argument: valueKind(argument, argument.name()) }),
  };
  const described = subcommands.filter((child) => child.name() !== 'help');
  return [own, ...described.flatMap((child) => completionCommands(child, `${path} ${child.name()}`))];
}

function completionOption(option: Option): CompletionOption {
  const names = [option.long, option.short].filter((name) => name !== undefined);
  const valueName = /[<[]([^>\].]+)/.exec(option.flags)?.[1];
  return {
    names,
    description: option.description,
    ...(valueName !== undefined && { value: valueKind(option, valueName) }),
  };
}

function valueKind(of: Argument | Option, name: string): ValueKind {
  if (of.argChoices) return { kind: 'choices', names: of.argChoices };
  return fileNames.test(name) ? { kind: 'file' } : { kind: 'text' };
}
