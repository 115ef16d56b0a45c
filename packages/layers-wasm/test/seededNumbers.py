"""The numbers of sequence.ts and batches.ts, bit for bit, for the scripts that make fixtures."""

import math

import numpy as np

SPREADS = {
    "gamma": (1, 0.5),
    "beta": (0, 0.3),
    "moving_mean": (0, 0.2),
    "moving_variance": (1, 0.5),
    "bias": (0, 0.2),
}


class Sequence:
    """Linear congruential generator seeded by a name; next() is a multiple of 2^-23 in [-1, 1)."""

    def __init__(self, name):
        state = 0x811C9DC5
        for byte in name.encode("ascii"):
            state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
        self.state = state

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self.state >> 8) / 2**23 - 1

    def values(self, length, centre=0, spread=1):
        return np.array([centre + spread * self.next() for _ in range(length)], dtype=np.float32)

    def labels(self, length, classes):
        return np.array([math.floor((self.next() + 1) / 2 * classes) for _ in range(length)])


def seeded_weight(name, shape):
    """The weight `network/layer/weight` of configBuilder.ts."""
    short = name.rsplit("/", 1)[-1]
    length = math.prod(shape)
    inputs = shape[0] * shape[1] if short == "depthwise_kernel" else length / shape[-1]
    centre, spread = SPREADS.get(short, (0, math.sqrt(3 / inputs)))
    return Sequence(name).values(length, centre, spread).reshape(shape)


def seeded_batch(network, step, count, shape, classes):
    """Images, labels and sample weights of batches.ts."""
    images = Sequence(f"{network}/images/{step}").values(count * math.prod(shape)).reshape(count, *shape)
    labels = Sequence(f"{network}/labels/{step}").labels(count, classes)
    return images, labels, Sequence(f"{network}/sampleWeights/{step}").values(count, 1.25, 1)


def digest(values):
    """What fixtures keep of a tensor: its Euclidean norm and five evenly spaced elements."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    return {"norm": float(np.sqrt((flat**2).sum())), "samples": [float(flat[k * flat.size // 5]) for k in range(5)]}
