/** `fer engine install`: downloads an engine into a folder of the user's own. */
import { Argument, Command } from 'commander';
import { FerError } from '../../src/errors.js';
import { installableEngines, type InstallableEngine } from '../../src/engine/install/engineFolder.js';
import type { InstallOptions, InstallResult } from '../../src/engine/install/installation.js';
import { Interrupted } from '../failure.js';
import { interruptible } from '../interruption.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { installProgress } from '../progress/install.js';

interface InstallCommandOptions extends OutputOptions {
  readonly release?: string;
  readonly force?: boolean;
}

const notes = `
tensorflow and cuda are TensorFlow's libraries from its Python package: pip
carries the files, and no Python runs afterwards. webgpu comes from npm. An
engine takes its place when it is whole and can be loaded: whatever goes wrong
before, what was there stays.

FER_ENGINES_DIR names another folder for all engines, PYTHON another Python.
Indexes, mirrors and proxies are those of pip and npm.

Examples:
  $ fer engine install tensorflow
  $ fer engine install cuda --release 2.20.0
  $ FER_ENGINES_DIR=/data/engines fer engine install webgpu`;

export function engineInstallCommand(): Command {
  const command = new Command('install')
    .description('Install an engine in the version that this fer was tried with.')
    .addArgument(
      new Argument('<engine>', 'TensorFlow on the processor, on NVIDIA GPUs, or any GPU').choices(installableEngines),
    )
    .option('--release <version>', 'of TensorFlow, in place of the one that this fer was tried with')
    .option('--force', 'install again what is there already')
    .addHelpText('after', notes)
    .action(runInstall);
  return addOutputOptions(command);
}

async function runInstall(engine: InstallableEngine, options: InstallCommandOptions): Promise<void> {
  const { release, force = false } = options;
  if (engine === 'webgpu' && release !== undefined) {
    throw new FerError('CONFIG_INVALID', 'release: expected none with webgpu, whose packages belong together.');
  }
  const progress = installProgress(options);
  let signal: AbortSignal | undefined;
  try {
    const result = await interruptible(
      (aborted) => install(engine, { force, onEvent: progress.onEvent, signal: (signal = aborted) }, release),
      () => printRemark('Stopping. What was there before stays.', options),
    );
    progress.end();
    for (const remark of result.remarks) printRemark(`warning: ${remark}`, options);
    const { formatInstalled } = await import('../results/engineReport.js');
    printResult(options.json === true ? result : formatInstalled(result));
  } catch (error) {
    progress.end();
    throw signal?.aborted === true ? new Interrupted() : error;
  }
}

async function install(
  engine: InstallableEngine,
  options: InstallOptions,
  release: string | undefined,
): Promise<InstallResult> {
  if (engine === 'webgpu') {
    const { installWebgpu } = await import('../../src/engine/install/installWebgpu.js');
    return installWebgpu(options);
  }
  const { installTensorflow } = await import('../../src/engine/install/installTensorflow.js');
  return installTensorflow(engine, { ...options, ...(release !== undefined && { release }) });
}
