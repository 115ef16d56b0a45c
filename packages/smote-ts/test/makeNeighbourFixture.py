"""Writes neighbourFixture.json: the nearest neighbours that scikit-learn finds by brute force.

Run with NumPy and scikit-learn:  python test/makeNeighbourFixture.py > test/neighbourFixture.json
"""

import json

import numpy as np
from sklearn.neighbors import NearestNeighbors

COUNT, FEATURES, NEIGHBOURS = 40, 150, 5


def values():
    """The numbers that the test makes too: a linear congruential generator, each value scaled to [-1, 1)."""
    state = 1
    drawn = np.empty(COUNT * FEATURES, dtype=np.float32)
    for i in range(drawn.size):
        state = (1103515245 * state + 12345) % 2**31
        drawn[i] = state / 2**30 - 1
    return drawn.reshape(COUNT, FEATURES)


samples = values()
search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="euclidean").fit(samples)
indices = search.kneighbors(return_distance=False)
print(json.dumps({"count": COUNT, "features": FEATURES, "neighbours": NEIGHBOURS, "indices": indices.ravel().tolist()}))
