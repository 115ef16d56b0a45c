/** `fer data`: looking at data and making some. */
import { Command } from 'commander';
import { statsCommand } from './dataStats.js';
import { synthCommand } from './dataSynth.js';

const examples = `
Examples:
  $ fer data stats fer2013.csv
  $ fer data synth faces.csv`;

export function dataCommand(): Command {
  return new Command('data')
    .description('Look at a data file, or make one.')
    .addCommand(statsCommand())
    .addCommand(synthCommand())
    .addHelpText('after', examples)
    .helpCommand('help [command]', 'print the help of a command');
}
