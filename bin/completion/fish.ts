/** A completion script for fish. */
import type { CompletionCommand, CompletionOption, ValueKind } from './commandTree.js';

/** The script that `fer completion fish` prints: one `complete` line per subcommand and per option. */
export function fishCompletion(commands: readonly CompletionCommand[]): string {
  const lines = commands.flatMap((command) => {
    const start = `complete -c fer -n 'test (__fer_command) = "${command.path}"'`;
    return [
      ...command.subcommands.map(({ name, description }) => `${start} -f -a ${name} -d ${quote(description)}`),
      ...command.options.map((option) => `${start} ${optionWords(option)}`),
      ...(command.argument?.kind === 'choices' ? [`${start} -f -a ${quote(command.argument.names.join(' '))}`] : []),
    ];
  });
  const paths = commands.slice(1).map(({ path }) => quote(path));
  return `# fish completion of fer. Load it with: fer completion fish | source
function __fer_command -d 'The command that the words typed so far name'
    set -l command fer
    for word in (commandline -opc)[2..]
        contains -- "$command $word" ${paths.join(' ')}; and set command "$command $word"
    end
    echo $command
end
${lines.join('\n')}
`;
}

function optionWords({ names, description, value }: CompletionOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...flags, `-d ${quote(description)}`, ...(value ? [valueWords(value)] : [])].join(' ');
}

function valueWords(value: ValueKind): string {
  if (value.kind === 'choices') return `-x -a ${quote(value.names.join(' '))}`;
  return value.kind === 'file' ? '-r -F' : '-x';
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
