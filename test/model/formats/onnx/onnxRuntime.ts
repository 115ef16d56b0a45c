/** onnxruntime-node, where it has been brought: `node scripts/onnxRuntime.mjs` does, and continuous integration calls it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../../', import.meta.url);

/** Whether the library is there. */
export const hasOnnxRuntime = existsSync(new URL('.cache/onnxruntime/node_modules/onnxruntime-node', root));

/** What onnxruntime predicts for `images` [count, ...shape] with the file. */
export function predictWithOnnxRuntime(
  file: string,
  { images, shape }: { images: Float32Array; shape: readonly number[] },
): number[] {
  const count = images.length / shape.reduce((product, size) => product * size, 1);
  const script = fileURLToPath(new URL('test/model/formats/onnx/predictWithOnnxRuntime.mjs', root));
  const input = JSON.stringify({ file, images: [...images], shape: [count, ...shape] });
  return JSON.parse(execFileSync(process.execPath, [script], { input, encoding: 'utf8' })) as number[];
}
