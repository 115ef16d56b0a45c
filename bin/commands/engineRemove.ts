/** `fer engine remove`: gives back the room of an installed engine. */
import { Argument, Command } from 'commander';
import { FerError } from '../../src/errors.js';
import { engineFolder, installableEngines, type InstallableEngine } from '../../src/engine/install/engineFolder.js';
import { addOutputOptions, printResult, type OutputOptions } from '../output.js';

const examples = `
Examples:
  $ fer engine remove cuda`;

export function engineRemoveCommand(): Command {
  const command = new Command('remove')
    .description('Remove an engine that "fer engine install" installed.')
    .addArgument(new Argument('<engine>', 'engine to remove').choices(installableEngines))
    .addHelpText('after', examples)
    .action(runRemove);
  return addOutputOptions(command);
}

async function runRemove(engine: InstallableEngine, options: OutputOptions): Promise<void> {
  const { removeEngine } = await import('../../src/engine/install/stagedInstall.js');
  const { formatRemoved } = await import('../results/engineReport.js');
  const folder = engineFolder(engine);
  const bytes = await removeEngine(engine);
  if (bytes === undefined) {
    const problem = `Expected an engine in ${folder}, and there is none.`;
    throw new FerError('ENGINE_UNAVAILABLE', `${problem} See what is installed: fer engine list`);
  }
  const removed = { engine, folder, bytes };
  printResult(options.json === true ? removed : formatRemoved(removed));
}
