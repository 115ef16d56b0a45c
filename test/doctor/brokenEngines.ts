/**
 * Answers for engines of which each fails in another way, in the place of this version's own: tensorflow's library aborts while it is looked
 * at, webgpu's never comes back, cuda's finds nothing wrong and dies when it computes. The default engine is the real one.
 */
import { answerQuestion } from '../../src/doctor/engineServer.js';
import type { EngineEntry, EngineProbe } from '../../src/engine/engineProbe.js';
import type { EngineName } from '../../src/engine/engineNames.js';
import { wasmEntry } from '../../src/engine/wasmEntry.js';

function found(engine: EngineName): EngineProbe {
  const findings = [{ name: 'library', value: '1.0', path: '/opt/library.so' }];
  return { engine, available: true, device: 'a GPU', hardwareGpu: true, findings, problems: [] };
}

function entry(name: EngineName, { probe, load }: Partial<EngineEntry>): EngineEntry {
  const unexpected = (): never => {
    throw new Error(`${name} was not to be loaded.`);
  };
  return { name, probe: probe ?? (() => Promise.resolve(found(name))), load: load ?? unexpected };
}

/** As a native library does: at once, whatever else the process was about to do. */
function crash(): never {
  process.stderr.write('\u001b[31mF0000 check failed: the driver is too old\u001b[0m\n');
  process.stderr.write('I0000 00:00:1795378759.947554 21674 port.cc:153] custom operations are on.\n');
  process.kill(process.pid, 'SIGSEGV');
  for (;;); // until the signal is there
}

function hang(): never {
  for (;;);
}

answerQuestion({
  wasm: wasmEntry,
  tensorflow: entry('tensorflow', { probe: crash }),
  cuda: entry('cuda', { load: crash }),
  webgpu: entry('webgpu', { probe: hang }),
});
