/** Sums over the batch from the partial sums of its chunks. */
import { f64, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';

/** The sum of a double per chunk, in the chunks' order: the same bits whatever thread made which chunk. */
export function sumOverChunks(f: FunctionBuilder, first: I32, of: { chunks: I32; chunkBytes: number }): Local<'f64'> {
  const sum = f.let(f64.constant(0));
  const address = f.let(first);
  f.repeatDynamic(of.chunks, () => {
    f.set(sum, f64.add(sum, f64.load(address)));
    f.advance(address, of.chunkBytes);
  });
  return sum;
}
