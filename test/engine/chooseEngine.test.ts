/** Which engine runs, given what engines find and which GPUs there are; and on this machine, whatever it has. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { chooseByProbes, chooseEngine } from '../../src/engine/chooseEngine.js';
import type { EngineName } from '../../src/engine/engineNames.js';
import type { EngineProbe, EngineProblem } from '../../src/engine/engineProbe.js';
import { engines } from '../../src/engine/engines.js';
import type { GpuHardware, GpuSearch } from '../../src/engine/gpuHardware.js';
import { root } from '../bin/runFer.js';

const missing = (engine: EngineName): EngineProblem => {
  return { problem: `${engine} is not installed.`, remedy: `Install it: fer engine install ${engine}` };
};
const absent = (engine: EngineName, problem = missing(engine)): EngineProbe => {
  return { engine, available: false, hardwareGpu: false, findings: [], problems: [problem] };
};
const present = (engine: EngineName, device: string, hardwareGpu = true): EngineProbe => {
  return { engine, available: true, device, hardwareGpu, findings: [], problems: [] };
};
const wasm = present('wasm', '2 processors', false);
const gpu = (vendor: GpuHardware['vendor'], reachable = true): GpuSearch => {
  return { gpus: [{ vendor, reachable, path: '/dev/some' }] };
};
const none: GpuSearch = { gpus: [] };

/** What `auto` takes and says when engines find this; those that are not told are not installed. */
async function choose(found: Partial<Record<EngineName, EngineProbe>>, gpus: GpuSearch) {
  const asked: EngineName[] = [];
  const probeOf = (name: EngineName): Promise<EngineProbe> => {
    asked.push(name);
    return Promise.resolve(found[name] ?? (name === 'wasm' ? wasm : absent(name)));
  };
  const { probe, remark } = await chooseByProbes(probeOf, gpus);
  return { engine: probe.engine, remark, asked };
}

describe('auto', () => {
  test('takes cuda first, and asks no other engine then', async () => {
    const found = { cuda: present('cuda', 'NVIDIA H200'), webgpu: present('webgpu', 'NVIDIA H200') };
    expect(await choose(found, gpu('NVIDIA'))).toEqual({
      engine: 'cuda',
      remark: 'Engine cuda on NVIDIA H200.',
      asked: ['cuda'],
    });
  });

  test('takes webgpu on a GPU, and says that cuda would be faster on an NVIDIA', async () => {
    const found = { webgpu: present('webgpu', 'NVIDIA H200') };
    const { engine, remark } = await choose(found, gpu('NVIDIA'));
    expect(engine).toBe('webgpu');
    expect(remark).toBe('Engine webgpu on NVIDIA H200: an NVIDIA GPU is here; `fer engine install cuda` would use it.');
    const amd = await choose({ webgpu: present('webgpu', 'AMD Radeon RX 7900') }, gpu('AMD'));
    expect(amd.remark).toBe('Engine webgpu on AMD Radeon RX 7900.');
  });

  test('never takes a GPU that software makes, nor TensorFlow on the processor', async () => {
    const software = present('webgpu', 'SwiftShader', false);
    const found = { webgpu: software, tensorflow: present('tensorflow', '2 processors', false) };
    expect(await choose(found, none)).toEqual({
      engine: 'wasm',
      remark: 'Engine wasm on 2 processors: there is no GPU here.',
      asked: ['cuda', 'webgpu', 'wasm'],
    });
  });

  test('says what would make the processor faster, where no GPU would', async () => {
    const slow = { wasm: { ...wasm, faster: 'A newer one takes half the time.' } };
    const { remark } = await choose(slow, none);
    expect(remark).toBe('Engine wasm on 2 processors: there is no GPU here. A newer one takes half the time.');
    expect((await choose(slow, gpu('AMD'))).remark).not.toContain('newer');
  });

  test.each([
    ['NVIDIA', 'an NVIDIA GPU is here; `fer engine install cuda` would use it.'],
    ['AMD', 'an AMD GPU is here; `fer engine install webgpu` would use it.'],
    ['Apple', 'an Apple GPU is here; `fer engine install webgpu` would use it.'],
    [undefined, 'a GPU is here; `fer engine install webgpu` would use it.'],
  ] as const)('says what would use a GPU of %s', async (vendor, advice) => {
    expect((await choose({}, gpu(vendor))).remark).toBe(`Engine wasm on 2 processors: ${advice}`);
  });

  test('says what keeps an installed engine from running', async () => {
    const cuda = absent('cuda', { problem: 'The driver 470 is too old.', remedy: 'Install driver 525 or later.' });
    expect((await choose({ cuda }, gpu('NVIDIA'))).remark).toBe(
      'Engine wasm on 2 processors: an NVIDIA GPU is here, but engine cuda cannot run: The driver 470 is too old. ' +
        'Install driver 525 or later.',
    );
  });

  test('does not tell to install what is installed, but what is wrong with it', async () => {
    const cuda = absent('cuda', {
      problem: 'It is damaged.',
      remedy: 'Install it again: fer engine install cuda --force',
    });
    expect((await choose({ cuda }, gpu('NVIDIA'))).remark).toBe(
      'Engine wasm on 2 processors: an NVIDIA GPU is here, but engine cuda cannot run: It is damaged. ' +
        'Install it again: fer engine install cuda --force',
    );
  });

  test.each([
    [
      { ...gpu('NVIDIA', false), nvidiaDriver: '570.86.15' },
      'an NVIDIA GPU is here, but there is no /dev/nvidia0: start the container with the GPU (docker run --gpus all).',
    ],
    [gpu('NVIDIA', false), "an NVIDIA GPU is here, but not NVIDIA's driver: install it."],
    [
      gpu('Intel', false),
      'an Intel GPU is here, but there is no /dev/dri/renderD128: install its driver, or give the container /dev/dri.',
    ],
    [
      { gpus: [...gpu('NVIDIA', false).gpus, ...gpu('AMD').gpus] },
      'an AMD GPU is here; `fer engine install webgpu` would use it.',
    ],
  ])('says why a GPU cannot be used, and speaks of another first: %j', async (gpus, advice) => {
    expect((await choose({}, gpus)).remark).toBe(`Engine wasm on 2 processors: ${advice}`);
  });
});

describe('chooseEngine', () => {
  test('a named engine is that engine, without a remark', async () => {
    const { name, engine, ...others } = await chooseEngine('wasm');
    expect({ name, engine: engine.name, others }).toEqual({ name: 'wasm', engine: 'wasm', others: {} });
  });

  test('a named engine that cannot run is an error with problem and remedy, never another engine', async () => {
    const load = (): never => {
      throw new Error('It was loaded.');
    };
    const entries = { ...engines, cuda: { name: 'cuda', probe: () => Promise.resolve(absent('cuda')), load } } as const;
    await expect(chooseEngine('cuda', { entries })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: 'Engine cuda cannot run here. cuda is not installed. Install it: fer engine install cuda',
    });
    expect((await chooseEngine('auto', { entries, gpus: none })).name).toBe('wasm');
  });

  test('a name that no engine has, as a run of another version may have it, is an error that says so', async () => {
    await expect(chooseEngine('abacus' as EngineName)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/^Engine abacus cannot run here\. This fer has wasm, /),
    });
  });

  test('wasm tells its vectors and threads', async () => {
    const probe = await engines.wasm.probe();
    expect(probe).toMatchObject({ engine: 'wasm', available: true, hardwareGpu: false, problems: [] });
    expect(probe.device).toMatch(/^\d+ processors?$/);
    expect(probe.findings.map(({ name }) => name)).toEqual(['vectors', 'relaxed SIMD', 'threads', 'shared memory']);
  });

  test('auto without installed engines takes under 20 ms, and loads no native library', async () => {
    // A process of its own: what other tests have loaded would hide the cost.
    const script = `
      const { chooseEngine } = await import('${new URL('src/engine/chooseEngine.js', `file://${root}dist/`).href}');
      await import('${new URL('src/engine/wasm.js', `file://${root}dist/`).href}'); // which training needs anyway
      const start = performance.now();
      const { name } = await chooseEngine('auto');
      const milliseconds = performance.now() - start;
      const libraries = process.report.getReport().sharedObjects.filter((path) => /tensorflow|cuda|vulkan|dawn|koffi/i.test(path));
      console.log(JSON.stringify({ name, milliseconds, libraries }));`;
    const folder = mkdtempSync(join(tmpdir(), 'fer-no-engines-'));
    const env = { ...process.env, FER_ENGINES_DIR: folder, FER_TENSORFLOW_DIR: '' };
    let fastest = Infinity;
    // Other processes may take the processor away: one undisturbed attempt is enough.
    for (let attempt = 0; attempt < 10 && fastest >= 20; attempt++) {
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
      const { name, milliseconds, libraries } = JSON.parse(stdout) as Record<string, unknown>;
      expect({ name, libraries }).toEqual({ name: 'wasm', libraries: [] });
      fastest = Math.min(fastest, milliseconds as number);
    }
    await rm(folder, { recursive: true });
    expect(fastest).toBeLessThan(20);
  });
});
