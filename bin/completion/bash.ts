/** A completion script for bash 4 or later. */
import type { CompletionCommand, ValueKind } from './commandTree.js';

/** The script that `fer completion bash` prints; it defines `_fer` and binds it to `fer`. */
export function bashCompletion(commands: readonly CompletionCommand[]): string {
  const paths = commands.slice(1).map((command) => `"${command.path}"`);
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : [`    ${names.map((name) => `"${command.path} ${name}"`).join(' | ')}) ${reply(value)} ;;`],
    ),
  );
  const words = commands.map((command) => {
    const options = command.options.flatMap(({ names }) => names).join(' ');
    const names = command.subcommands.map(({ name }) => name).join(' ');
    const others = names === '' ? reply(command.argument ?? { kind: 'text' }) : `_fer_words "${names}"`;
    return `    "${command.path}") case $current in -*) _fer_words "${options}" ;; *) ${others} ;; esac ;;`;
  });
  return `# bash completion of fer. Load it with: source <(fer completion bash)
_fer_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); _fer_no_files; }
_fer_no_files() { compopt +o default 2>/dev/null || true; }
_fer() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=fer i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command \${COMP_WORDS[i]}" in
    ${paths.join(' | ')}) command+=" \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command $previous" in
${values.join('\n')}
  *)
    case $command in
${words.join('\n')}
    esac
    ;;
  esac
}
# -o default: where nothing is suggested, bash completes file names.
complete -o default -F _fer fer
`;
}

function reply(value: ValueKind): string {
  if (value.kind === 'choices') return `_fer_words "${value.names.join(' ')}"`;
  return value.kind === 'file' ? ':' : '_fer_no_files';
}
