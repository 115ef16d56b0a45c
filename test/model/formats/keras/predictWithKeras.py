"""Prints what real Keras predicts with model files, as JSON: {file: {"keras": [[...], [...]], "keras2Layout": ...}}.

usage: python predictWithKeras.py FILE...   (.h5, .keras)
The two images follow a formula that kerasFiles.ts repeats. For .h5 files "keras2Layout" is predicted with the weights found by the rules
of Keras 2: the k-th layer of layer_names that has weights belongs to the k-th layer of the network that has some, and weight_names lists
its datasets.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np


def images(shape):
    """Two images [2, height, width, channels] of values from -1 to 1."""
    numbers = np.arange(2 * np.prod(shape)) * 37 % 251 / 127.5 - 1
    return numbers.astype("float32").reshape(2, *shape)


def predict(model):
    return model(images(model.input_shape[1:]), training=False).numpy().tolist()


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
    results = {}
    for path in sys.argv[1:]:
        model = keras.models.load_model(path, compile=False)
        results[path] = {"keras": predict(model)}
        if path.endswith(".h5"):
            set_weights_as_keras_2(model, path)
            results[path]["keras2Layout"] = predict(model)
    print(json.dumps(results))
