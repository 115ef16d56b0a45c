/** SMOTE of 436 images to 7,215 and of 4,000 to 8,000, 2,304 features (48x48 bytes) each. Run: node dist/bench/images2304.js */
import { Pcg32 } from '../src/pcg32.js';
import { smote } from '../src/smote.js';

const width = 48;
const features = width * width;

/** Smooth drawn pictures with noise, about as compressible as photographs of faces. */
function drawImages(count: number): Uint8Array {
  const random = new Pcg32(1, 0);
  const images = new Uint8Array(count * features);
  for (let image = 0; image < count; image++) {
    const waves = Array.from({ length: 24 }, () => {
      const frequency = 1 + 4 * random.next();
      const angle = 2 * Math.PI * random.next();
      return {
        x: (frequency * Math.cos(angle)) / width,
        y: (frequency * Math.sin(angle)) / width,
        phase: random.next(),
        height: 25 / frequency,
      };
    });
    for (let i = 0; i < features; i++) {
      let grey = 118 + 10 * random.next();
      for (const { x, y, phase, height } of waves) {
        grey += height * Math.sin(2 * Math.PI * (x * (i % width) + y * Math.floor(i / width) + phase));
      }
      images[image * features + i] = Math.max(0, Math.min(255, grey));
    }
  }
  return images;
}

for (const { count, amount } of [
  { count: 436, amount: 6779 },
  { count: 4000, amount: 4000 },
]) {
  const samples = drawImages(count);
  for (const imageWidth of [width, undefined]) {
    const started = performance.now();
    smote({ samples, count, features, imageWidth, amount, seed: 1 });
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    console.log(`${count} + ${amount} images of ${features}, imageWidth ${imageWidth ?? 'not given'}: ${seconds} s`);
  }
}
