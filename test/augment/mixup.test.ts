import { describe, expect, test } from '@jest/globals';
import { mixBatch, type MixableBatch } from '../../src/augment/mixup.js';
import { Random } from '../../src/random.js';

const classes = 4;

/** Four images of two pixels, image n being [n, 10 * n], of classes 0, 1, 2 and 2. */
function fourImages(weights?: readonly number[]): MixableBatch {
  return {
    images: Float32Array.of(0, 0, 1, 10, 2, 20, 3, 30),
    labels: Uint8Array.of(0, 1, 2, 2),
    targets: new Float32Array(4 * classes).fill(9),
    ...(weights && { sampleWeights: Float32Array.from(weights) }),
  };
}

/** The share and the partners that the seed draws, in the order of the source: the share, then the ring. */
function draw(seed: number, count: number): { share: number; partners: number[] } {
  const random = new Random(seed);
  const share = random.beta(0.4, 0.4);
  const ring = Array.from(random.shuffle(Uint32Array.from({ length: count }, (_, place) => place)));
  const partners = ring.map((_, place) => ring[(ring.indexOf(place) + 1) % count]!);
  return { share, partners };
}

function mixed(batch: MixableBatch, seed: number): MixableBatch {
  mixBatch(batch, { alpha: 0.4, random: new Random(seed) });
  return batch;
}

describe('mixBatch', () => {
  test.each([1, 2, 3])('blends each image and target with those of another one (seed %i)', (seed) => {
    const { share, partners } = draw(seed, 4);
    const { images, labels, targets } = mixed(fourImages(), seed);
    const own = fourImages();
    partners.forEach((partner, place) => {
      expect(partner).not.toBe(place);
      const grey = share * place + (1 - share) * partner;
      expect(images[2 * place]).toBeCloseTo(grey, 6);
      expect(images[2 * place + 1]).toBeCloseTo(10 * grey, 5);
      const expected = [0, 0, 0, 0];
      expected[own.labels[place]!]! += share;
      expected[own.labels[partner]!]! += 1 - share;
      const target = Array.from(targets.subarray(place * classes, (place + 1) * classes));
      target.forEach((value, label) => expect(value).toBeCloseTo(expected[label]!, 6));
      expect(target[labels[place]!]).toBe(Math.max(...target));
    });
  });

  test('a weighted loss is share * w_own * loss(own) + (1 - share) * w_other * loss(other), as if each had its own', () => {
    const weights = [1, 3, 0, 0.5];
    const { share, partners } = draw(2, 4);
    const { targets, sampleWeights } = mixed(fourImages(weights), 2);
    const { labels } = fourImages();
    partners.forEach((partner, place) => {
      const expected = [0, 0, 0, 0];
      expected[labels[place]!]! += share * weights[place]!;
      expected[labels[partner]!]! += (1 - share) * weights[partner]!;
      expected.forEach((value, label) =>
        expect(sampleWeights![place]! * targets[place * classes + label]!).toBeCloseTo(value, 6),
      );
      const sum = targets.subarray(place * classes, (place + 1) * classes).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 6);
    });
  });

  test('images that weigh nothing keep a target of sum 1', () => {
    const { targets, sampleWeights } = mixed(fourImages([0, 0, 0, 0]), 1);
    expect(sampleWeights).toEqual(new Float32Array(4));
    expect(targets.reduce((total, value) => total + value, 0)).toBeCloseTo(4, 6);
  });

  test('one image alone is blended with itself: it stays as it is, with a hard target', () => {
    const batch = { images: Float32Array.of(0.5, -0.25), labels: Uint8Array.of(3), targets: new Float32Array(classes) };
    const { images, labels, targets } = mixed(batch, 1);
    expect([...images].map((value) => Number(value.toFixed(6)))).toEqual([0.5, -0.25]);
    expect([...targets, ...labels]).toEqual([0, 0, 0, 1, 3]);
  });

  test('every other image is a partner alike', () => {
    const times = [0, 0, 0, 0];
    for (let seed = 0; seed < 3000; seed++) {
      const { targets } = mixed({ ...fourImages(), labels: Uint8Array.of(0, 1, 2, 3) }, seed);
      // The first image is of class 0: the other class in its target is its partner's.
      times[targets.slice(1, classes).findIndex((value) => value > 0) + 1]! += 1;
    }
    expect(times[0]).toBe(0);
    for (const count of times.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(130); // 5 standard deviations
  });
});
