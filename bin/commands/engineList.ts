/** `fer engine list`: the engines, installed or not. */
import { Command } from 'commander';
import { addOutputOptions, printResult, type OutputOptions } from '../output.js';

const notes = `
Files alone are looked at, nothing is loaded.

Examples:
  $ fer engine list
  $ fer engine list --json | jq '.engines[] | select(.state == "installed")'`;

export function engineListCommand(): Command {
  const command = new Command('list')
    .description('List the engines: version, place, size on the disk, and how to get those that are not here.')
    .addHelpText('after', notes)
    .action(runList);
  return addOutputOptions(command);
}

async function runList(options: OutputOptions): Promise<void> {
  const { enginesFolder } = await import('../../src/engine/install/engineFolder.js');
  const { listEngines } = await import('../../src/engine/install/listEngines.js');
  const { formatEngines } = await import('../results/engineReport.js');
  const engines = await listEngines();
  printResult(options.json === true ? { folder: enginesFolder(), engines } : formatEngines(engines));
}
