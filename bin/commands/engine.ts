/** `fer engine`: what models run on, and how to get more of it. */
import { Command } from 'commander';
import { engineInstallCommand } from './engineInstall.js';
import { engineListCommand } from './engineList.js';
import { engineRemoveCommand } from './engineRemove.js';

const examples = `
Examples:
  $ fer engine list
  $ fer engine install tensorflow`;

export function engineCommand(): Command {
  return new Command('engine')
    .description('List, install or remove the engines that models run on.')
    .addCommand(engineListCommand())
    .addCommand(engineInstallCommand())
    .addCommand(engineRemoveCommand())
    .addHelpText('after', examples)
    .helpCommand('help [command]', 'print the help of a command');
}
