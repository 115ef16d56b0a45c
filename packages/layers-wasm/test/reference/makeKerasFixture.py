"""Writes kerasFixture.json: what real Keras makes of the test networks, in float64.

    npx tsc -b packages/layers-wasm
    python packages/layers-wasm/test/reference/makeKerasFixture.py      (keras 3.15, tensorflow-cpu 2.21)
    npx prettier --write packages/layers-wasm/test/reference/kerasFixture.json

Configs come from the compiled networks.ts, weights and batches from seededNumbers.py. Per network: predictions with the
initial weights, then losses and weights of three steps of train_on_batch with sample weights and Adam.
"""

import json
import os
import pathlib
import subprocess
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from seededNumbers import digest, seeded_batch, seeded_weight

COUNT, STEPS = 6, 3
# Sums of few powers of 2, because Keras rounds betas and rate to float32 on the way.
ADAM = {"learning_rate": 2**-7, "beta_1": 0.875, "beta_2": 1 - 2**-10, "epsilon": 2**-10}
compiled = here.parent.parent / "dist" / "test"
script = f"""
const {{ referenceNetworks, narrowMiniXception }} = await import({json.dumps((compiled / "networks.js").as_uri())});
const {{ dropoutNetwork }} = await import({json.dumps((compiled / "networks" / "connections.js").as_uri())});
const networks = [...referenceNetworks, narrowMiniXception, dropoutNetwork()];
console.log(JSON.stringify(networks.map(({{ config, inputShape, classes }}) => ({{ config, inputShape, classes }}))));
"""


def build(config):
    """The functional model of a Keras 2 config, whose own reader Keras 3 has dropped."""
    layers = {layer["name"]: layer for layer in config["layers"]}
    tensors = {}

    def tensor(name):
        if name not in tensors:
            layer = layers[name]
            options = dict(layer["config"])
            if layer["class_name"] == "InputLayer":
                tensors[name] = keras.Input(options["batch_input_shape"][1:], name=name)
                return tensors[name]
            if isinstance(options.get("axis"), list):
                options["axis"] = options["axis"][0]
            inputs = [tensor(producer[0]) for producer in layer["inbound_nodes"][0]]
            tensors[name] = getattr(keras.layers, layer["class_name"])(**options)(inputs if len(inputs) > 1 else inputs[0])
        return tensors[name]

    return keras.Model(tensor(config["input_layers"][0][0]), tensor(config["output_layers"][0][0]))


def weight_name(layer, variable):
    """Keras 3 calls the kernel of DepthwiseConv2D `kernel`; Keras 2 and TensorFlow.js say `depthwise_kernel`."""
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D) and variable.name == "kernel"
    return f"{layer.name}/{'depthwise_kernel' if depthwise else variable.name}"


def build_seeded(network):
    """The model with its initial weights."""
    name = network["config"]["config"]["name"]
    model = build(network["config"]["config"])
    for layer in model.layers:
        for variable in layer.weights:
            if "seed" not in variable.name:
                variable.assign(seeded_weight(f"{name}/{weight_name(layer, variable)}", variable.shape))
    return model


def run(network):
    name = network["config"]["config"]["name"]
    model = build_seeded(network)
    batches = [seeded_batch(name, step, COUNT, network["inputShape"], network["classes"]) for step in range(STEPS)]
    predictions = model.predict_on_batch(batches[0][0].astype(np.float64))
    result = {"name": name, "predictions": digest(predictions)}
    if any(isinstance(layer, keras.layers.Dropout) for layer in model.layers):
        return result  # its masks cannot be chosen from outside
    adam = keras.optimizers.Adam(**ADAM)
    model.compile(adam, "sparse_categorical_crossentropy", jit_compile=False)
    result["losses"] = []
    for images, labels, weights in batches:
        model.reset_metrics()
        loss = model.train_on_batch(images.astype(np.float64), labels, sample_weight=weights.astype(np.float64))
        result["losses"].append(float(loss))
    named = [(weight_name(layer, variable), variable) for layer in model.layers for variable in layer.weights]
    result["weights"] = {name: digest(variable.numpy()) for name, variable in named}
    return result


def networks():
    """Config, input shape and classes of every network."""
    command = ["node", "--input-type=module", "-e", script]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


keras.config.set_floatx("float64")
versions = {"keras": keras.__version__, "backend": keras.backend.backend()}
if __name__ == "__main__":
    results = [run(network) for network in networks()]
    fixture = {"source": "makeKerasFixture.py", **versions, "count": COUNT, "adam": ADAM, "networks": results}
    (here / "kerasFixture.json").write_text(json.dumps(fixture) + "\n")
