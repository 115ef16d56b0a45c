"""Writes kerasTrainingFixture.json: optimizers and training options of real Keras, in float64.

    npx tsc -b packages/layers-wasm
    python packages/layers-wasm/test/reference/makeKerasTrainingFixture.py      (keras 3.15, tensorflow-cpu 2.21)
    npx prettier --write packages/layers-wasm/test/reference/kerasTrainingFixture.json

Every case of fixtureCases.py whose targets sum to 1, which Keras takes for granted: losses, weights and averages.
"""

import json

from makeKerasFixture import build_seeded, here, keras, networks, versions, weight_name
from fixtureCases import CASES, NETWORK, RATE, STEPS, batch, digests, fixture


def optimizer_of(case):
    options = {"learning_rate": RATE, "global_clipnorm": case.get("clipNorm")}
    if "averageDecay" in case:
        options.update(use_ema=True, ema_momentum=case["averageDecay"])
    if "sgd" in case:
        return keras.optimizers.SGD(**options, **case["sgd"])
    adam = case["adam"]
    options.update(beta_1=adam["beta1"], beta_2=adam["beta2"], epsilon=adam["epsilon"])
    if "weightDecay" in adam:
        return keras.optimizers.AdamW(**options, weight_decay=adam["weightDecay"])
    return keras.optimizers.Adam(**options)


def run(network, case):
    model = build_seeded(network)
    optimizer = optimizer_of(case)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=case.get("labelSmoothing", 0))
    model.compile(optimizer, loss, jit_compile=False)
    losses = []
    for step in range(STEPS):
        images, targets, weights = batch(case, step)
        model.reset_metrics()
        losses.append(float(model.train_on_batch(images, targets, sample_weight=weights)))
    names = {variable.path: weight_name(layer, variable) for layer in model.layers for variable in layer.weights}
    trained = [(names[variable.path], variable.numpy()) for variable in model.trainable_variables]
    result = {**case, "losses": losses, "weights": digests(trained)}
    if "averageDecay" in case:
        averages = optimizer._model_variables_moving_average
        result["averages"] = digests((name, average.numpy()) for (name, _), average in zip(trained, averages))
    return result


network = next(network for network in networks() if network["config"]["config"]["name"] == NETWORK)
results = [run(network, case) for case in CASES if case.get("mass", 1) == 1]
(here / "kerasTrainingFixture.json").write_text(json.dumps(fixture("makeKerasTrainingFixture.py", versions, results)) + "\n")
