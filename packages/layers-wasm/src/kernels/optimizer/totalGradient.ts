/** The gradient of four weights: all chunks' parts in the chunks' order, and the L2 penalty's. */
import { f32x4, i32 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';

/** Addresses in bytes; parameters and gradients are arrays of the same order and length. */
export interface GradientMemory {
  readonly parameters: number;
  /** Where the sums go. */
  readonly gradients: number;
  /** Gradients of the first chunk, and the bytes from one chunk's to the next. */
  readonly chunkGradients: number;
  readonly chunkBytes: number;
  /** Of the int32 count of chunks. */
  readonly chunks: number;
  /** Items of work, `updateItemBytes` each; see `updateItem`. */
  readonly items: number;
}

/** Bytes from one item of work to the next. */
export const updateItemBytes = 32;

/**
 * Offsets in an item of work: int32 first byte and bytes; in single precision twice the L2 factor, and the scalars of its step; int32 not
 * 0 where the sums are there already.
 */
export const updateItem = { start: 0, bytes: 4, penalty: 8, stepSize: 12, shrinkage: 16, isSummed: 20 } as const;

/** In `f`, the offset of the item that the first argument names. */
export function itemOffset(f: FunctionBuilder): Local<'i32'> {
  return f.let(i32.multiply(f.argument(0), i32.constant(updateItemBytes)));
}

/** Of an item of work, what its gradient is made with. */
export interface UpdateItemValues {
  readonly penalty: Local<'v128'>;
  readonly isSummed: Local<'i32'>;
}

/** Runs `body` for each vector of an item of work; `at` is its offset in the arrays. */
export function eachVector(
  f: FunctionBuilder,
  { items }: GradientMemory,
  body: (at: Local<'i32'>, item: UpdateItemValues) => void,
): void {
  const item = itemOffset(f);
  const at = f.let(i32.load(item, items + updateItem.start));
  const end = f.let(i32.add(at, i32.load(item, items + updateItem.bytes)));
  const penalty = f.let(f32x4.loadSplat(item, items + updateItem.penalty));
  const isSummed = f.let(i32.load(item, items + updateItem.isSummed));
  f.while(i32.lessUnsigned(at, end), () => {
    body(at, { penalty, isSummed });
    f.advance(at, 16);
  });
}

/** Emits `g = sum_chunks g_k + 2 l2 p` into `gradient` and into the array of gradients, where the sum may be already. */
export function emitTotalGradient(
  module: ModuleBuilder,
  f: FunctionBuilder,
  options: {
    memory: GradientMemory;
    at: Local<'i32'>;
    item: UpdateItemValues;
    gradient: Local<'v128'>;
  },
): void {
  const { memory, at, item, gradient } = options;
  const { penalty, isSummed } = item;
  const sumChunks = (): void => {
    f.set(gradient, f32x4.constant(0));
    const chunk = f.let(at);
    f.repeatDynamic(i32.load(i32.constant(memory.chunks)), () => {
      f.set(gradient, f32x4.add(gradient, f32x4.load(chunk, memory.chunkGradients)));
      f.advance(chunk, memory.chunkBytes);
    });
  };
  f.if(isSummed, () => f.set(gradient, f32x4.load(at, memory.gradients)), sumChunks);
  f.set(gradient, module.multiplyAdd(penalty, f32x4.load(at, memory.parameters), gradient));
  f.store(at, gradient, memory.gradients);
}
