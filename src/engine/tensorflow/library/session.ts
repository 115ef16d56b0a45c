/** A graph in TensorFlow, and the session that runs it. */
import type { Encoded } from '../graph/protobuf.js';
import type { Address } from './functions.js';
import type { TensorflowLibrary } from './openLibrary.js';
import { sessionConfig, type SessionOptions } from './sessionOptions.js';
import { checked, demandOk } from './status.js';
import { makeTensor, readTensor, type TensorValue } from './tensor.js';

/** A device that a session can use, such as { name: '/job:localhost/replica:0/task:0/device:GPU:0', type: 'GPU' }. */
export interface Device {
  readonly name: string;
  readonly type: string;
}

/** What a run takes and gives, by the names of nodes. */
export interface RunPlan {
  /** Placeholders. */
  readonly feeds: readonly string[];
  /** Single-precision outputs to be read. */
  readonly fetches: readonly string[];
  /** Nodes to be run besides. */
  readonly targets?: readonly string[];
}

/**
 * Runs a plan with a value per feed; gives the values of its fetches. The values are copied before the call returns; the run begins when those
 * asked for before have ended.
 */
export type Run = (values: readonly TensorValue[]) => Promise<readonly Float32Array[]>;

/** Arrays of the addresses that a run is called with. */
interface PreparedRun {
  readonly inputs: BigUint64Array;
  /** Tensors of the inputs, which the run deletes. */
  readonly given: BigUint64Array;
  readonly outputs: BigUint64Array;
  readonly operations: BigUint64Array;
}

export class GraphSession {
  /** Ends with the last run that was asked for; never rejects. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly library: TensorflowLibrary,
    private readonly graph: Address,
    private readonly session: Address,
  ) {}

  /** Takes an encoded GraphDef. Throws FerError ENGINE_UNAVAILABLE where TensorFlow refuses it. */
  static open(library: TensorflowLibrary, definition: Encoded, options: SessionOptions): GraphSession {
    const { functions } = library;
    const graph = functions.newGraph();
    try {
      importGraph(library, graph, definition);
      return new GraphSession(library, graph, newSession(library, graph, options));
    } catch (error) {
      functions.deleteGraph(graph);
      throw error;
    }
  }

  listDevices(): Device[] {
    const { functions } = this.library;
    return checked(functions, 'listing devices', (status) => {
      const list = functions.listDevices(this.session, status);
      const count = functions.deviceCount(list);
      const devices = Array.from({ length: count }, (_, index) => {
        return { name: functions.deviceName(list, index, status), type: functions.deviceType(list, index, status) };
      });
      functions.deleteDeviceList(list);
      return devices;
    });
  }

  /** Prepares a plan to be run many times. Throws where the graph lacks one of its nodes. */
  prepare({ feeds, fetches, targets = [] }: RunPlan): Run {
    const inputs = outputAddresses(feeds.map((name) => this.find(name)));
    const outputs = outputAddresses(fetches.map((name) => this.find(name)));
    const operations = addresses(targets.map((name) => this.find(name).operation));
    return (values) => {
      const given = addresses(values.map((value) => makeTensor(this.library, value)));
      const run = this.last.then(() => this.run({ inputs, given, outputs, operations }));
      this.last = run.catch(() => undefined);
      return run;
    };
  }

  /** Frees the graph and its variables when the last run has ended. */
  async close(): Promise<void> {
    await this.last;
    const { functions } = this.library;
    checked(functions, 'closing a session', (status) => functions.closeSession(this.session, status));
    checked(functions, 'deleting a session', (status) => functions.deleteSession(this.session, status));
    functions.deleteGraph(this.graph);
  }

  private async run(plan: PreparedRun): Promise<readonly Float32Array[]> {
    const { functions } = this.library;
    const results = addresses(Array<Address>(plan.outputs.length / 2).fill(0n));
    const status = functions.newStatus();
    try {
      await this.call(plan, results, status);
      demandOk(functions, 'running the network', status);
      return Array.from(results, (tensor) => readTensor(this.library, tensor));
    } finally {
      functions.deleteStatus(status);
      for (const tensor of [...plan.given, ...results]) if (tensor !== 0n) functions.deleteTensor(tensor);
    }
  }

  /** On a thread of libuv's, so that this one goes on. */
  private call(
    { inputs, given, outputs, operations }: PreparedRun,
    results: BigUint64Array,
    status: Address,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.library.functions.sessionRun.async(
        this.session,
        null,
        inputs,
        given,
        given.length,
        outputs,
        results,
        results.length,
        operations,
        operations.length,
        null,
        status,
        (error: unknown) =>
          error ? reject(new Error('TF_SessionRun could not be called.', { cause: error })) : resolve(),
      );
    });
  }

  /** The operation of an output such as `SplitV_4:2`, and its index. */
  private find(output: string): { operation: Address; index: number } {
    const [name, index = '0'] = output.split(':');
    const operation = this.library.functions.operationByName(this.graph, name!);
    if (!operation) throw new Error(`The graph has no node ${name}.`);
    return { operation, index: Number(index) };
  }
}

function importGraph({ functions }: TensorflowLibrary, graph: Address, definition: Encoded): void {
  const buffer = functions.newBuffer(definition, definition.length);
  const options = functions.newImportOptions();
  try {
    checked(functions, 'reading the graph', (status) => functions.importGraph(graph, buffer, options, status));
  } finally {
    functions.deleteImportOptions(options);
    functions.deleteBuffer(buffer);
  }
}

function newSession({ functions }: TensorflowLibrary, graph: Address, options: SessionOptions): Address {
  const native = functions.newSessionOptions();
  try {
    const config = sessionConfig(options);
    checked(functions, 'configuring a session', (status) => functions.setConfig(native, config, config.length, status));
    return checked(functions, 'opening a session', (status) => functions.newSession(graph, native, status));
  } finally {
    functions.deleteSessionOptions(native);
  }
}

/** An array of pointers, in memory that does not move. */
function addresses(list: readonly Address[]): BigUint64Array {
  const array = new BigUint64Array(new ArrayBuffer(list.length * 8));
  array.set(list);
  return array;
}

/** An array of `TF_Output`: a pointer and an int of 32 bits, padded to 16 bytes. */
function outputAddresses(list: readonly { operation: Address; index: number }[]): BigUint64Array {
  return addresses(list.flatMap(({ operation, index }) => [operation, BigInt(index)]));
}
