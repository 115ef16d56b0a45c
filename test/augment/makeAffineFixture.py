"""Writes affineFixture.json: what Keras and SciPy make of two small images.

Run with Keras 3, NumPy and SciPy:  python test/augment/makeAffineFixture.py > test/augment/affineFixture.json
"""

import json

import numpy as np
from keras.src.legacy.preprocessing.image import apply_affine_transform

CASES = [
    # rotation in degrees, shifts as fractions of the size, zoom factors, mirror
    {"size": 12, "rotation": 10, "shiftX": 0, "shiftY": 0, "zoomX": 1, "zoomY": 1, "mirror": False},
    {"size": 12, "rotation": 0, "shiftX": 0.1, "shiftY": -0.05, "zoomX": 1, "zoomY": 1, "mirror": False},
    {"size": 12, "rotation": 0, "shiftX": 0, "shiftY": 0, "zoomX": 0.9, "zoomY": 1.1, "mirror": False},
    {"size": 12, "rotation": -7.5, "shiftX": -0.08, "shiftY": 0.06, "zoomX": 1.07, "zoomY": 0.93, "mirror": True},
    {"size": 9, "rotation": 33, "shiftX": 0.2, "shiftY": 0.3, "zoomX": 0.6, "zoomY": 1.4, "mirror": True},
    {"size": 9, "rotation": 90, "shiftX": 0, "shiftY": 0, "zoomX": 1, "zoomY": 1, "mirror": False},
]


def image(size):
    """The grey levels that the test draws too: (37 * row * row + 59 * column + 11 * row * column) mod 256."""
    row, column = np.mgrid[0:size, 0:size]
    return ((37 * row * row + 59 * column + 11 * row * column) % 256).astype(np.float32)


def augmented(case):
    size = case["size"]
    # Keras swaps rows and columns inside: its tx and zx act on the columns of the image.
    result = apply_affine_transform(
        image(size)[:, :, np.newaxis],
        theta=case["rotation"],
        tx=case["shiftX"] * size,
        ty=case["shiftY"] * size,
        zx=case["zoomX"],
        zy=case["zoomY"],
        row_axis=0,
        col_axis=1,
        channel_axis=2,
        fill_mode="nearest",
        order=1,
    )[:, :, 0]
    return np.fliplr(result) if case["mirror"] else result


lines = [
    json.dumps({**case, "expected": [round(float(value), 4) for value in augmented(case).ravel()]}) for case in CASES
]
print("[\n" + ",\n".join(lines) + "\n]")
