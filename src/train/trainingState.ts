/** All that a run needs to go on to the bit, as one value and as one file with a checksum. */
import { createHash } from 'node:crypto';
import type { OptimizerState } from '../engine/engine.js';
import { FerError } from '../errors.js';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import type { TrainingPosition } from './trainingPosition.js';

/** What a training step changes in the engine. */
export interface ModelTensors {
  readonly weights: NamedWeights;
  readonly optimizer: OptimizerState;
}

/** A position with the tensors that belong to it. */
export interface TrainingState extends ModelTensors {
  readonly position: TrainingPosition;
  /** Weights of the epoch with the lowest validation loss; null before the first validation. */
  readonly bestWeights: NamedWeights | null;
  /** Of a run that began with a model file, which may be gone; absent where the configuration tells the network. */
  readonly network?: LayersConfig;
}

interface Header {
  readonly position: TrainingPosition;
  readonly optimizerStep: number;
  /** Names of weights and counts of updates; absent when every weight began with the first. */
  readonly startedAt?: readonly (readonly [string, number])[];
  readonly network?: LayersConfig;
  /** Names of the optimizer's slots, also of empty ones. */
  readonly slots: readonly string[];
  readonly hasBest: boolean;
  readonly tensors: readonly {
    readonly group: TensorGroup;
    readonly name: string;
    readonly shape: readonly number[];
  }[];
}

type TensorGroup = 'weights' | 'bestWeights' | `slots/${string}`;

const magic = Buffer.from('FERSTATE');
/** 1 had the two moments of Adam in place of named slots. */
const formatVersion = 2;
/** Magic, then format version and header length as uint32. */
const prefixLength = magic.length + 8;
const checksumLength = 32;

/**
 * One file: `FERSTATE`, version and header length (uint32), JSON header padded with spaces to 4 bytes, float32 tensors in the
 * header's order, SHA-256 of all before. Little-endian. JSON keeps every finite double exactly. The file comes in parts, because
 * those of the tensors are the tensors themselves and no copies.
 */
export function encodeState(state: TrainingState): readonly Uint8Array[] {
  const groups: [TensorGroup, NamedWeights][] = [
    ['weights', state.weights],
    ...Object.entries(state.optimizer.slots).map(([slot, tensors]): [TensorGroup, NamedWeights] => [
      `slots/${slot}`,
      tensors,
    ]),
    ['bestWeights', state.bestWeights ?? new Map()],
  ];
  const entries = groups.flatMap(([group, tensors]) => [...tensors].map(([name, tensor]) => ({ group, name, tensor })));
  const header: Header = {
    position: state.position,
    optimizerStep: state.optimizer.step,
    ...(state.optimizer.startedAt && { startedAt: [...state.optimizer.startedAt] }),
    ...(state.network && { network: state.network }),
    slots: Object.keys(state.optimizer.slots),
    hasBest: state.bestWeights !== null,
    tensors: entries.map(({ group, name, tensor }) => ({ group, name, shape: tensor.shape })),
  };
  let text = JSON.stringify(header);
  text += ' '.repeat((4 - (Buffer.byteLength(text) % 4)) % 4);

  const prefix = Buffer.alloc(prefixLength);
  magic.copy(prefix);
  prefix.writeUInt32LE(formatVersion, magic.length);
  prefix.writeUInt32LE(Buffer.byteLength(text), magic.length + 4);
  const tensors = entries.map(({ tensor: { data } }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const body = [prefix, Buffer.from(text), ...tensors];
  const checksum = createHash('sha256');
  for (const part of body) checksum.update(part);
  return [...body, checksum.digest()];
}

/** Reads what `encodeState` wrote; `path` names the file in errors. Throws RUN_INVALID on any damage. */
export function decodeState(bytes: Uint8Array, path: string): TrainingState {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = file.subarray(0, Math.max(0, file.length - checksumLength));
  if (body.length < prefixLength || !body.subarray(0, magic.length).equals(magic)) {
    throw damaged(path, `it does not begin with ${magic.toString()}`);
  }
  const version = body.readUInt32LE(magic.length);
  if (version !== formatVersion) {
    throw damaged(path, `it has format ${version}, and this version of fer reads format ${formatVersion}`);
  }
  if (!createHash('sha256').update(body).digest().equals(file.subarray(body.length))) {
    throw damaged(path, 'its checksum does not match');
  }
  const headerEnd = prefixLength + body.readUInt32LE(magic.length + 4);
  const header = JSON.parse(body.toString('utf8', prefixLength, headerEnd)) as Header;

  const names: TensorGroup[] = ['weights', 'bestWeights', ...header.slots.map((slot): TensorGroup => `slots/${slot}`)];
  const groups = new Map(names.map((name): [TensorGroup, NamedWeights] => [name, new Map<string, never>()]));
  let offset = headerEnd;
  for (const { group, name, shape } of header.tensors) {
    const data = new Float32Array(shape.reduce((product, dimension) => product * dimension, 1));
    const end = offset + data.byteLength;
    new Uint8Array(data.buffer).set(body.subarray(offset, end)); // by bytes: in the file they need not be aligned
    groups.get(group)!.set(name, { shape, data });
    offset = end;
  }
  return {
    position: header.position,
    weights: groups.get('weights')!,
    optimizer: {
      step: header.optimizerStep,
      ...(header.startedAt && { startedAt: new Map(header.startedAt) }),
      slots: Object.fromEntries(header.slots.map((slot) => [slot, groups.get(`slots/${slot}`)!])),
    },
    bestWeights: header.hasBest ? groups.get('bestWeights')! : null,
    ...(header.network && { network: header.network }),
  };
}

/** Whether every number of every tensor is finite: only such a state is worth keeping. */
export function areFinite({ weights, optimizer }: ModelTensors): boolean {
  return [weights, ...Object.values(optimizer.slots)].every((tensors) =>
    [...tensors.values()].every(({ data }) => data.every(Number.isFinite)),
  );
}

function damaged(path: string, reason: string): FerError {
  return new FerError('RUN_INVALID', `Cannot resume from ${path}: ${reason}. Start a new run in another folder.`);
}
