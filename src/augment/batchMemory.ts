/** The shared memory of a batch pipeline: the training images once, a ring of batch slots, and scratch for each worker. */
import { memoryBase } from 'layers-wasm/assembler/memoryBase.js';
import { createProgramMemory, type ProgramMemory } from 'layers-wasm/assembler/program.js';
import type { Size } from '../data/resize.js';
import { FerError } from '../errors.js';
import type { Scaling } from '../scaling.js';
import type { AugmentConfig } from './augmentConfig.js';
import { scratchBytes } from './imageResampler.js';
import type { BatchSlot } from './prepareBatch.js';

/** All that a batch worker is started with. Structured clone shares the buffers and copies the rest. */
export interface BatchWorkerData {
  /** Its place among the workers, from 0. */
  readonly worker: number;
  readonly workers: number;
  readonly slots: number;
  readonly batchSize: number;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augment: AugmentConfig;
  readonly scaling: Scaling;
  readonly classes: number;
  readonly slotShape: SlotShape;
  /** The words of `BatchControl`. */
  readonly control: SharedArrayBuffer;
  /** [count, height, width], in shared memory. */
  readonly pixels: Uint8Array;
  /** [count], in shared memory. */
  readonly labels: Uint8Array;
  /** [count] float32. */
  readonly lossWeights: SharedArrayBuffer | undefined;
  /** The slots and the workers' scratch, as `createSlotMemory` lays them out. */
  readonly slotMemory: ProgramMemory;
}

/** What decides the size of a slot. */
export interface SlotShape {
  readonly batchSize: number;
  /** Pixels of an image. */
  readonly area: number;
  /** Numbers of a target; 0 when labels say all. */
  readonly targetSize: number;
  /** Whole grey levels are made of the images. */
  readonly bytes: boolean;
}

/** Places begin at multiples of so many bytes. */
const alignment = 16;

/** Images, targets and weights as float32, labels and whole grey levels as bytes. */
function slotBytes({ batchSize, area, targetSize, bytes }: SlotShape): number {
  return roundUp(batchSize * (4 * (area + targetSize + 1) + 1 + (bytes ? area : 0)), alignment);
}

/**
 * Memory that a program can write: `slots` batches, then the scratch of `workers` resamplers.
 * Throws FerError ENGINE_UNAVAILABLE when there is not as much; WebAssembly has 4 GiB at most.
 */
export function createSlotMemory(shape: SlotShape, room: Size & { slots: number; workers: number }): ProgramMemory {
  const bytes = scratchOffset(shape, { ...room, worker: room.workers });
  try {
    return createProgramMemory(bytes);
  } catch (cause) {
    const need = `${room.slots} batches of ${shape.batchSize} images take ${(bytes / 2 ** 30).toFixed(1)} GiB of memory`;
    const message = `Cannot prepare batches: ${need}, which could not be had. Try a smaller batch size.`;
    throw new FerError('ENGINE_UNAVAILABLE', message, { cause });
  }
}

/** The byte at which the scratch of `worker` begins. */
export function scratchOffset(shape: SlotShape, place: Size & { slots: number; worker: number }): number {
  return memoryBase + place.slots * slotBytes(shape) + place.worker * roundUp(scratchBytes(place), alignment);
}

/** The arrays of slot number `slot`. */
export function viewSlot({ buffer }: ProgramMemory, shape: SlotShape, slot: number): BatchSlot {
  const { batchSize, area, targetSize, bytes } = shape;
  const imagesAt = memoryBase + slot * slotBytes(shape);
  const targetsAt = imagesAt + 4 * batchSize * area;
  const weightsAt = targetsAt + 4 * batchSize * targetSize;
  const labelsAt = weightsAt + 4 * batchSize;
  return {
    images: new Float32Array(buffer, imagesAt, batchSize * area),
    targets: new Float32Array(buffer, targetsAt, batchSize * targetSize),
    sampleWeights: new Float32Array(buffer, weightsAt, batchSize),
    labels: new Uint8Array(buffer, labelsAt, batchSize),
    ...(bytes && { levels: new Uint8Array(buffer, labelsAt + batchSize, batchSize * area) }),
  };
}

function roundUp(value: number, multiple: number): number {
  return multiple * Math.ceil(value / multiple);
}

/** A copy of `bytes` that every thread can read; `bytes` themselves if they are shared already. */
export function shareBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
