/** From { file, images, shape } on stdin to probabilities on stdout; outside of jest, whose arrays the native code does not know. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { file, images, shape } = JSON.parse(readFileSync(0, 'utf8'));
const library = createRequire(new URL('../../../../.cache/onnxruntime/', import.meta.url));
const { InferenceSession, Tensor } = library('onnxruntime-node');
const session = await InferenceSession.create(file);
const { probabilities } = await session.run({ image: new Tensor('float32', Float32Array.from(images), shape) });
console.log(JSON.stringify([...probabilities.data]));
