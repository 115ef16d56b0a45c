/** `fer completion`: prints a script that completes commands, options and file names in a shell. */
import { Argument, Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { completionCommands } from '../completion/commandTree.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof scripts;

const examples = `
Examples:
  $ echo 'source <(fer completion bash)' >> ~/.bashrc
  $ echo 'source <(fer completion zsh)' >> ~/.zshrc
  $ fer completion fish > ~/.config/fish/completions/fer.fish`;

/** The command, for the tree that it will be part of when it runs. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Print the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .addHelpText('after', examples)
    .action((shell: Shell, _options: object, command: Command) => {
      const root = command.parent ?? command;
      process.stdout.write(scripts[shell](completionCommands(root)));
    });
}
