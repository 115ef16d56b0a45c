/** A completion script for zsh. */
import type { CompletionCommand, CompletionOption, ValueKind } from './commandTree.js';

/** The script that `fer completion zsh` prints: one function per command, called by the words typed so far. */
export function zshCompletion(commands: readonly CompletionCommand[]): string {
  const functions = commands.map((command) => {
    const options = command.options.flatMap(optionSpecs);
    const rest = command.subcommands.length > 0 ? subcommandSpecs() : argumentSpecs(command);
    const call = `  _arguments -s -C ${[...options, ...rest].join(' \\\n    ')}`;
    return `${functionName(command.path)}() {\n${call}${command.subcommands.length > 0 ? dispatch(command) : ''}\n}`;
  });
  return `#compdef fer
# zsh completion of fer. Load it with: source <(fer completion zsh), or save it as _fer in a folder of your fpath.
${functions.join('\n\n')}

compdef _fer fer
`;
}

function functionName(path: string): string {
  return `_${path.replaceAll(' ', '_')}`;
}

function optionSpecs({ names, description, value }: CompletionOption): string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : '';
  return names.map((name) =>
    quote(`${others}${name}[${escape(description)}]${value ? `:value:${action(value)}` : ''}`),
  );
}

function subcommandSpecs(): string[] {
  return ["'1: :->command'", "'*:: :->arguments'"];
}

function argumentSpecs({ argument }: CompletionCommand): string[] {
  return argument === undefined ? [] : [quote(`*:${argument.kind === 'file' ? 'file' : 'name'}:${action(argument)}`)];
}

function dispatch(command: CompletionCommand): string {
  const described = command.subcommands.map(({ name, description }) => quote(`${name}:${escape(description)}`));
  const called = command.subcommands.filter(({ name }) => name !== 'help');
  const cases = called.map(({ name }) => `      ${name}) ${functionName(`${command.path} ${name}`)} ;;`);
  return `
  case $state in
  command)
    local -a names=(${described.join(' ')})
    _describe command names
    ;;
  arguments)
    case $words[1] in
${cases.join('\n')}
    esac
    ;;
  esac`;
}

function action(value: ValueKind): string {
  if (value.kind === 'choices') return `(${value.names.join(' ')})`;
  return value.kind === 'file' ? '_files' : '';
}

/** Brackets and colons end a part of a zsh specification. */
function escape(text: string): string {
  return text.replace(/[[\]:]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
