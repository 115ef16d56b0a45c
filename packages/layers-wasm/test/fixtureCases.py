"""Ways to train for the scripts that make fixtures, named as the options of the reference network in TypeScript."""

import numpy as np
from seededNumbers import digest, seeded_batch

NETWORK, SHAPE, CLASSES = "outOfOrder", (13, 11, 1), 3
COUNT, STEPS = 7, 6
# Sums of few powers of 2, because Keras rounds them to float32 on the way.
RATE = 2**-5
ADAM = {"beta1": 0.875, "beta2": 1 - 2**-10, "epsilon": 2**-10}
NESTEROV = {"momentum": 0.875, "nesterov": True}
CASES = [
    {"name": "adam", "adam": ADAM},
    {"name": "adamw", "adam": {**ADAM, "weightDecay": 0.5}},
    {"name": "sgd", "sgd": {}},
    {"name": "momentum", "sgd": {"momentum": 0.875}},
    {"name": "nesterov", "sgd": NESTEROV},
    {"name": "clipping", "sgd": NESTEROV, "clipNorm": 0.5},
    {"name": "adam clipping", "adam": ADAM, "clipNorm": 0.5},
    {"name": "label smoothing", "sgd": NESTEROV, "labelSmoothing": 0.125},
    {"name": "soft targets", "sgd": NESTEROV, "mass": 1},
    {"name": "soft and smoothed", "sgd": NESTEROV, "labelSmoothing": 0.125, "mass": 1},
    {"name": "average", "sgd": NESTEROV, "averageDecay": 0.75},
    {"name": "everything", "adam": {**ADAM, "weightDecay": 0.5}, "clipNorm": 0.5, "labelSmoothing": 0.125, "mass": 1, "averageDecay": 0.75},
    {"name": "targets of another sum", "sgd": NESTEROV, "mass": 1.5},
]


def batch(case, step):
    """Images, targets [count, classes] and sample weights. With `mass`, 3/4 of it are the label's and 1/4 the next class's."""
    images, labels, weights = seeded_batch(NETWORK, step, COUNT, SHAPE, CLASSES)
    own, following = np.eye(CLASSES)[labels], np.eye(CLASSES)[(labels + 1) % CLASSES]
    targets = case["mass"] * (0.75 * own + 0.25 * following) if "mass" in case else own
    return images.astype(np.float64), targets, weights.astype(np.float64)


def digests(named):
    return {name: digest(values) for name, values in named}


def fixture(source, versions, results):
    settings = {"network": NETWORK, "count": COUNT, "learningRate": RATE}
    return {"source": source, **versions, **settings, "cases": results}
