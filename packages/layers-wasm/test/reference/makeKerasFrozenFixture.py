"""Writes kerasFrozenFixture.json: what real Keras makes of layers that are not trainable, in float64.

    npx tsc -b packages/layers-wasm
    python packages/layers-wasm/test/reference/makeKerasFrozenFixture.py      (keras 3.15, tensorflow-cpu 2.21)
    npx prettier --write packages/layers-wasm/test/reference/kerasFrozenFixture.json

Per case: losses of the steps of plain SGD, then all weights, moving averages too. From step `until` on, every layer is trainable.
Keras 3 leaves the L2 penalty of frozen kernels out of the loss.
"""

import json

from makeKerasFixture import build_seeded, here, keras, networks, versions, weight_name
from fixtureCases import NETWORK, RATE, batch, digests, fixture

STEPS = 3
BOTTOM = ["conv2d_1", "batch_normalization_1", "conv2d_2", "batch_normalization_2"]
CASES = [
    {"name": "bottom", "frozen": BOTTOM},
    {"name": "normalisations", "frozen": "BatchNormalization"},
    {"name": "one of each between others", "frozen": ["separable_conv2d_1", "batch_normalization_4"]},
    {"name": "bottom, until the third step", "frozen": BOTTOM, "until": 2},
]


def names_of(model, frozen):
    """A list of names, or those of all layers of one class."""
    return frozen if isinstance(frozen, list) else [layer.name for layer in model.layers if type(layer).__name__ == frozen]


def run(network, case):
    model = build_seeded(network)
    frozen = names_of(model, case["frozen"])
    losses = []
    for step in range(STEPS):
        if step in (0, case.get("until")):
            for name in frozen:
                model.get_layer(name).trainable = step != 0
            model.compile(keras.optimizers.SGD(RATE), "categorical_crossentropy", jit_compile=False)
        images, targets, weights = batch({}, step)
        model.reset_metrics()
        losses.append(float(model.train_on_batch(images, targets, sample_weight=weights)))
    named = [(weight_name(layer, variable), variable.numpy()) for layer in model.layers for variable in layer.weights]
    return {**case, "frozen": frozen, "losses": losses, "weights": digests(named)}


network = next(network for network in networks() if network["config"]["config"]["name"] == NETWORK)
results = [run(network, case) for case in CASES]
(here / "kerasFrozenFixture.json").write_text(json.dumps(fixture("makeKerasFrozenFixture.py", versions, results)) + "\n")
