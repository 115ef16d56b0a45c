/** What a GPU keeps and lets go, how it fails, and that it leaves the process as it was. */
import { expect, jest, test } from '@jest/globals';
import { fuseRectifiers } from 'layers-wasm/graph/fuseRectifiers.js';
import { lowerLayers } from 'layers-wasm/graph/lower.js';
import { resolveTraining } from 'layers-wasm/training/options.js';
import { slotsOf } from 'layers-wasm/training/optimizerState.js';
import { WebGpuNetwork } from '../../../src/engine/webgpu/network.js';
import { allocate } from '../../../src/engine/webgpu/networkMemory.js';
import type { Program } from '../../../src/engine/webgpu/program.js';
import { loadDawn, loadTensorFlow, type Dawn } from '../../../src/engine/webgpu/packages.js';
import { Session } from '../../../src/engine/webgpu/session.js';
import { StateLayout } from '../../../src/engine/webgpu/stateLayout.js';
import { smallModels } from './layerKinds.js';
import { describeOnGpu, presentAdapter, withSession } from './presentGpu.js';

const batchSize = 2;
const model = smallModels.find(({ name }) => name === 'connections')!;

function networkOn(session: Session): WebGpuNetwork {
  const trained = resolveTraining({ batchSize, seed: 1, clipNorm: 1 });
  const graph = fuseRectifiers(lowerLayers(model.config, { training: true }));
  const memory = allocate(session, graph, { layout: new StateLayout(graph, slotsOf(trained)), batchSize });
  return new WebGpuNetwork({ session, graph, memory }, { batchSize, training: true, trained });
}

const images = new Float32Array(batchSize * 8 * 8 * 3).fill(0.5);
const batch = { images, labels: Uint8Array.of(0, 1), count: batchSize, learningRate: 0.01 };

const doubling: Program = {
  key: 'test doubling',
  inputs: ['x'],
  uniforms: ['more'],
  body: 'result[index] = 2.0 * x[index] + f32(uniforms.more);',
};

/** Dawn, which notes the devices that come from it. */
function noting(dawn: Dawn, devices: GPUDevice[]): Dawn {
  const create = (flags: readonly string[]): GPU => {
    const gpu = dawn.create(flags);
    const requestAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter> => {
      const adapter = (await gpu.requestAdapter(options))!;
      const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
        const device = await adapter.requestDevice(descriptor);
        devices.push(device);
        return device;
      };
      return { info: adapter.info, limits: adapter.limits, requestDevice } as unknown as GPUAdapter;
    };
    return { requestAdapter } as unknown as GPU;
  };
  return { ...dawn, create };
}

describeOnGpu('a session', () => {
  test('makes no tensor and takes no memory for a step more', async () => {
    await withSession(async (session) => {
      const network = networkOn(session);
      await network.prepare(model.weights);
      const used = async (count: number): Promise<[number, number]> => {
        await network.trainStep({ ...batch, count });
        await network.predict(images, count);
        await network.readWeights();
        return [session.bench.tensors, session.bench.bytes];
      };
      const [tensors] = await used(2);
      const first = [await used(2), await used(1)];
      expect([await used(2), await used(1)]).toEqual([first[1], first[1]]);
      expect(first[1]![0]).toBe(tensors);
    });
  }, 120_000);

  test('leaves no buffer behind when it is closed', async () => {
    await loadDawn();
    const [created, destroyed] = [
      jest.spyOn(GPUDevice.prototype, 'createBuffer'),
      jest.spyOn(GPUBuffer.prototype, 'destroy'),
    ];
    await withSession(async (session) => {
      const network = networkOn(session);
      await network.prepare(model.weights);
      await Promise.all([network.trainStep(batch), network.trainStep({ ...batch, count: 1 })]);
      await network.readOptimizer();
    });
    const buffers = new Set(created.mock.results.map(({ value }) => value as GPUBuffer));
    for (const buffer of destroyed.mock.contexts) buffers.delete(buffer as GPUBuffer);
    expect(created.mock.calls.length).toBeGreaterThan(50);
    expect(buffers.size).toBe(0);
    jest.restoreAllMocks();
  }, 120_000);

  test('runs what was recorded again on what its arrays hold then', async () => {
    await withSession(async (session) => {
      const { bench } = session;
      const [x, y] = [bench.fixed([3]), bench.fixed([3])];
      bench.run(doubling, { inputs: [x], threads: 3, uniforms: { more: 1 }, output: y });
      bench.run(doubling, { inputs: [y], threads: 3, uniforms: { more: 10 }, output: x });
      const commands = bench.take();
      session.write(bench.bufferOf(x), Float32Array.of(1, 2, 3));
      for (const expected of [
        [16, 20, 24],
        [76, 92, 108],
      ]) {
        const read = new Float32Array(await session.submitAndRead(commands, bench.bufferOf(x), 12));
        expect([...read]).toEqual(expected);
      }
    });
  });

  test('runs more groups of threads than a dimension can have', async () => {
    await withSession(async (session) => {
      const { bench } = session;
      const size = 65535 * 64 + 100;
      const [x, y] = [bench.fixed([size]), bench.fixed([size])];
      bench.run(doubling, { inputs: [x], threads: size, uniforms: { more: 1 }, output: y });
      session.write(
        bench.bufferOf(x),
        Float32Array.from({ length: size }, (_, i) => i % 1000),
      );
      const read = new Float32Array(await session.submitAndRead(bench.take(), bench.bufferOf(y), size * 4));
      expect(read.findIndex((value, i) => value !== 2 * (i % 1000) + 1)).toBe(-1);
    });
  });

  test('says what it could not compile', async () => {
    await withSession(async (session) => {
      const { bench } = session;
      const broken = { ...doubling, key: 'test broken', body: 'result[index] = nothing;' };
      const attempt = session.attempt(() => {
        const x = bench.fixed([1]);
        bench.run(broken, { inputs: [x], threads: 1, uniforms: { more: 1 }, output: [1] });
      });
      await expect(attempt).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('nothing'),
      });
    });
  });

  test('says when there is not the memory, and what to do', async () => {
    await withSession(async (session) => {
      const attempt = session.attempt(() => void session.bench.fixed([2 ** 38]));
      await expect(attempt).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('--batch-size'),
      });
    });
  });

  test('says when the GPU is lost', async () => {
    const dawn = await loadDawn();
    const devices: GPUDevice[] = [];
    const session = await Session.open(noting(dawn, devices), loadTensorFlow(), await presentAdapter());
    const x = session.bench.fixed([4]);
    devices[0]!.destroy();
    const read = session.submitAndRead([], session.bench.bufferOf(x), 16);
    await expect(read).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('lost') });
    await session.close();
  });

  test('leaves no navigator behind that was not there', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    await withSession(() => Promise.resolve());
    expect(Object.getOwnPropertyDescriptor(globalThis, 'navigator')).toEqual(before);
  });
});
