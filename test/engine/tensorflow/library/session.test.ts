import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type } from '../../../../src/engine/tensorflow/graph/attributes.js';
import { GraphWriter } from '../../../../src/engine/tensorflow/graph/graphWriter.js';
import type { TensorflowLibrary } from '../../../../src/engine/tensorflow/library/openLibrary.js';
import { GraphSession } from '../../../../src/engine/tensorflow/library/session.js';
import type { TensorValue } from '../../../../src/engine/tensorflow/library/tensor.js';
import { assign, writeVariable, type Variable } from '../../../../src/engine/tensorflow/network/variables.js';
import { describeTensorflow, presentLibrary } from '../presentTensorflow.js';

const vector = (...values: number[]): TensorValue => ({
  type: 'float32',
  shape: [values.length],
  elements: Float32Array.from(values),
});

/** A variable of two numbers, and a run that adds what it is fed with and gives the sum. */
function writeCounter(): { graph: GraphWriter; variable: Variable; input: string; sum: string; keep: string } {
  const graph = new GraphWriter();
  const variable = writeVariable(graph, 'counter', 2);
  const input = graph.placeholder('float32', [2]);
  const sum = graph.compute('AddV2', [variable.value, input]);
  return { graph, variable, input, sum, keep: assign(graph, variable.handle, sum) };
}

describeTensorflow('GraphSession', () => {
  const { graph, variable, input, sum, keep } = writeCounter();
  const options = { threads: 1, gpu: false };
  let library: TensorflowLibrary;
  let session: GraphSession;
  beforeAll(async () => {
    library = await presentLibrary();
    session = GraphSession.open(library, graph.encode(), options);
  });
  afterAll(() => session.close());

  test('keeps variables from run to run', async () => {
    const read = session.prepare(variable.read);
    await session.prepare(variable.write)([vector(1, 2)]);
    const add = session.prepare({ feeds: [input], fetches: [sum], targets: [keep] });
    expect(await add([vector(10, 20)])).toEqual([Float32Array.of(11, 22)]);
    expect(await read([])).toEqual([Float32Array.of(11, 22)]);
  });

  test('makes runs in the order in which they are asked for, with the values of then', async () => {
    await session.prepare(variable.write)([vector(0, 0)]);
    const add = session.prepare({ feeds: [input], fetches: [sum], targets: [keep] });
    const value = vector(1, 0);
    const runs = Array.from({ length: 20 }, () => {
      const run = add([value]);
      (value.elements as Float32Array)[0]! += 1;
      return run;
    });
    const sums = (await Promise.all(runs)).map(([result]) => result![0]);
    expect(sums).toEqual(Array.from({ length: 20 }, (_, index) => ((index + 1) * (index + 2)) / 2));
  });

  test('a run that fails says what it was and what TensorFlow says, and the next one runs', async () => {
    const add = session.prepare({ feeds: [input], fetches: [sum] });
    await expect(add([vector(1, 2, 3)])).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/^TensorFlow failed while it was running the network: .*3.*2/),
    });
    expect(await add([vector(0, 0)])).toHaveLength(1);
  });

  test('lists the processor, and no GPU unless one is wanted', () => {
    expect(session.listDevices().map((device) => device.type)).toEqual(['CPU']);
  });

  test('another session has variables of its own', async () => {
    const other = GraphSession.open(library, graph.encode(), options);
    await session.prepare(variable.write)([vector(1, 1)]);
    await other.prepare(variable.write)([vector(2, 2)]);
    expect(await session.prepare(variable.read)([])).toEqual([Float32Array.of(1, 1)]);
    expect(await other.prepare(variable.read)([])).toEqual([Float32Array.of(2, 2)]);
    await other.close();
  });

  test('a graph that TensorFlow does not know, and a node that a graph does not have, are errors', () => {
    const strange = new GraphWriter();
    strange.add('NoSuchOperation', [], { dtype: type('float32') });
    expect(() => GraphSession.open(library, strange.encode(), options)).toThrow(/reading the graph: .*NoSuchOperation/);
    expect(() => session.prepare({ feeds: [], fetches: ['nothing'] })).toThrow('no node nothing');
  });
});
