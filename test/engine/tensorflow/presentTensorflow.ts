/** TensorFlow where it is installed: tests that need it are skipped by name elsewhere. */
import { describe } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { findTensorflow, type TensorflowInstallation } from '../../../src/engine/tensorflow/findTensorflow.js';
import { importKoffi } from '../../../src/engine/tensorflow/library/koffi.js';
import { openLibrary, type TensorflowLibrary } from '../../../src/engine/tensorflow/library/openLibrary.js';
import { tensorflowEntry } from '../../../src/engine/tensorflow/tensorflowEntry.js';

const { installation } = await findTensorflow('tensorflow');

/** Tests that call TensorFlow's library. */
export function describeTensorflow(title: string, tests: () => void): void {
  const group = installation ? describe : describe.skip;
  group(title, tests);
}

export function presentInstallation(): TensorflowInstallation {
  return installation!;
}

export async function presentLibrary(): Promise<TensorflowLibrary> {
  return await openLibrary((await importKoffi())!, installation!);
}

export async function presentEngine(): Promise<Engine> {
  return await tensorflowEntry.load();
}
