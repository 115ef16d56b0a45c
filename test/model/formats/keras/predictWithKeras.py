"""Prints what real Keras predicts with model files, as JSON: {file: {"keras": [[...], [...]], "keras2Layout": ...}}.

usage: python predictWithKeras.py [--images IMAGES] FILE...   (.h5, .keras)
IMAGES holds float32 numbers, [count, height, width, channels] of the networks; without it two images follow a formula that kerasFiles.ts
repeats. For .h5 files "keras2Layout" is predicted with the weights found by the rules
of Keras 2: the k-th layer of layer_names that has weights belongs to the k-th layer of the network that has some, and weight_names lists
its datasets.
"""

import argparse
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np


def images(shape, path):
    """The images of the file at path, or two of values from -1 to 1: [count, height, width, channels]."""
    if path is not None:
        return np.fromfile(path, "<f4").reshape(-1, *shape)
    numbers = np.arange(2 * np.prod(shape)) * 37 % 251 / 127.5 - 1
    return numbers.astype("float32").reshape(2, *shape)


def predict(model, path):
    return model(images(model.input_shape[1:], path), training=False).numpy().tolist()


def set_weights_as_keras_2(model, path):
    for layer in model.layers:
        layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    group = h5py.File(path)["model_weights"]
    stored = [group[name] for name in group.attrs["layer_names"]]
    stored = [layer for layer in stored if len(layer.attrs["weight_names"]) > 0]
    wanted = [layer for layer in model.layers if layer.weights]
    assert len(stored) == len(wanted), f"{path}: {len(stored)} layers with weights, the network has {len(wanted)}"
    for layer, values in zip(wanted, stored):
        layer.set_weights([values[name][()] for name in values.attrs["weight_names"]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--images")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    results = {}
    for path in options.files:
        model = keras.models.load_model(path, compile=False)
        results[path] = {"keras": predict(model, options.images)}
        if path.endswith(".h5"):
            set_weights_as_keras_2(model, path)
            results[path]["keras2Layout"] = predict(model, options.images)
    print(json.dumps(results))
