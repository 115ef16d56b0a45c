"""Prints networks as real Keras 3 describes them: tiny ones, or with `architectures` those of this toolkit.

usage: python makeConfigsFixture.py | gzip -9n > keras3.json.gz
       python makeConfigsFixture.py architectures | gzip -9n > keras3Architectures.json.gz
Made with Keras 3.15.1, TensorFlow 2.21.0. `runs` are networks with their arrays by layer and Keras' predictions, `refused` are networks
that the toolkit cannot run. Weights and images are multiples of 1/64, so that they are exact in few digits.
"""

import json
import os
import sys

import keras
import numpy as np
from keras import layers

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../architectures"))

SHAPE = (6, 8, 2)


def functional(body, shape=SHAPE, dtype=None):
    image = layers.Input(shape, name="image", dtype=dtype)
    return keras.Model(image, body(image), name="tiny")


def ends(x):
    """From an image to three probabilities."""
    return layers.Dense(3, activation="softmax", name="classes")(layers.GlobalAveragePooling2D(name="mean")(x))


def classic(image):
    """The network that legacyConfigs.ts lays out as Keras 1.2 to 2.12 did."""
    x = layers.Conv2D(4, 3, use_bias=False, name="conv", kernel_regularizer=keras.regularizers.L2(0.5))(image)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Activation("relu", name="rectify")(x)
    short = layers.Conv2D(3, 1, strides=2, padding="same", name="shortcut")(x)
    x = layers.SeparableConv2D(3, 3, padding="same", use_bias=False, name="separable")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = layers.Add(name="sum")([x, short])
    x = layers.Dropout(0.25, name="drop")(x)
    x = layers.Flatten(name="flat")(x)
    return layers.Dense(3, activation="softmax", name="classes")(x)


def fused(image):
    x = layers.ZeroPadding2D(((1, 0), (2, 1)), name="pad")(image)
    x = layers.Conv2D(4, (3, 2), strides=(2, 1), padding="same", activation="relu", name="conv")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, activation="relu6", name="depthwise")(x)
    x = layers.SeparableConv2D(4, 3, padding="same", depth_multiplier=2, activation="relu", name="separable")(x)
    return ends(layers.AveragePooling2D(2, padding="same", name="pool")(x))


def activation_layers(image):
    """The first activation layer has a name that the convolution after it takes, the last is the end of the network."""
    x = layers.Conv2D(4, 3, activation=layers.ReLU(max_value=0.5, name="again"), name="conv")(image)
    x = layers.Conv2D(4, 3, activation=layers.ReLU(name="rectify"), name="again")(x)
    x = layers.GlobalMaxPooling2D(name="largest")(x)
    return layers.Dense(3, activation=layers.Softmax(name="share"), name="classes")(x)


def sums(image):
    """`+` on tensors is an operation that is no layer; axis 3 and axis 1 are the channels."""
    x = layers.BatchNormalization(axis=3, scale=False, name="norm")(image)
    y = layers.Conv2D(2, 1, name="conv")(x) + x
    y = layers.Add(name="sum")([y, x, image])
    y = layers.BatchNormalization(center=False, name="frozen", trainable=False)(y, training=False)
    y = layers.Dense(5, activation="relu", use_bias=False, name="pointwise")(y)
    y = layers.BatchNormalization(axis=1, epsilon=0.25, name="last")(layers.Flatten(name="flat")(y))
    return layers.Softmax(name="share")(layers.Dense(3, name="classes")(y))


def passing(image):
    """Layers that do nothing to a prediction: `predict` of Keras 3 does not heed the `training` of a call."""
    x = layers.Rescaling(1.0, name="rescaling")(layers.RandomFlip(name="flip")(image))
    x = layers.RandomRotation(0.1, name="rotation")(layers.RandomZoom(0.1, name="zoom")(x))
    x = layers.RandomContrast(0.1, name="contrast")(layers.RandomTranslation(0.1, 0.1, name="translation")(x))
    x = layers.Identity(name="identity")(layers.GaussianNoise(0.5, name="noise")(x))
    x = layers.SpatialDropout2D(0.5, name="spatial")(layers.Conv2D(2, 3, name="conv")(x))
    x = layers.AlphaDropout(0.5, name="alpha")(layers.GaussianDropout(0.5, name="gaussian")(x))
    x = layers.Dropout(0.5, name="always")(x, training=True)
    return layers.Dense(3, activation="softmax", name="classes")(layers.Reshape((-1,), name="flat")(x))


def sequential(first):
    rest = [
        layers.Conv2D(3, 3, activation="relu", name="conv"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(name="flat"),
        layers.Dense(3, activation="softmax", name="classes"),
    ]
    return keras.Sequential(first + rest, name="chain")


def built_later():
    model = sequential([])
    model.build((None, *SHAPE))
    return model


def open_size(image):
    return ends(layers.Conv2D(3, 3, name="conv")(image))


RUNS = {
    "classic": lambda: functional(classic),
    "fused activations": lambda: functional(fused),
    "activation layers": lambda: functional(activation_layers),
    "sums": lambda: functional(sums),
    "passing": lambda: functional(passing),
    "sequential": lambda: sequential([layers.Input(SHAPE, name="image")]),
    "sequential, built later": built_later,
    "open size": lambda: functional(open_size, (None, None, 2)),
}


def last(*stack):
    """A refused network: these layers, and an end that would run."""

    def body(image):
        x = image
        for layer in stack:
            x = layer(x)
        return ends(x)

    return functional(body)


def named(kind, *arguments, **options):
    return getattr(layers, kind)(*arguments, name="odd", **options)


def nested():
    inner = keras.Sequential([layers.Input(SHAPE), layers.Conv2D(2, 1)], name="odd")
    return last(inner)


def shared():
    odd = named("Conv2D", 2, 1)
    return last(odd, odd)


def two_outputs():
    image = layers.Input(SHAPE, name="image")
    return keras.Model(image, [ends(image), layers.Flatten(name="odd")(image)])


def unfinished(kind, *arguments, **options):
    """A vector before the layer in question, which is the last."""
    return functional(lambda image: named(kind, *arguments, **options)(layers.Flatten(name="flat")(image)))


REFUSED = {
    "LeakyReLU": lambda: last(named("LeakyReLU")),
    "negative_slope": lambda: last(named("ReLU", negative_slope=0.25)),
    "threshold": lambda: last(named("ReLU", threshold=0.5)),
    "max_value": lambda: last(named("ReLU", max_value=0)),
    "tanh": lambda: last(named("Conv2D", 2, 1, activation="tanh")),
    "sigmoid": lambda: last(named("Activation", "sigmoid")),
    "leaky activation layer": lambda: last(named("Conv2D", 2, 1, activation=layers.LeakyReLU(name="leak"))),
    "channels_first": lambda: functional(
        lambda image: layers.Dense(3, name="classes")(named("Flatten", data_format="channels_first")(image))
    ),
    "dilation_rate": lambda: last(named("Conv2D", 2, 2, dilation_rate=2)),
    "groups": lambda: last(named("Conv2D", 2, 1, groups=2)),
    "axis": lambda: last(named("BatchNormalization", axis=1)),
    "renorm": lambda: last(named("BatchNormalization", renorm=True)),
    "softmax axis": lambda: last(named("Softmax", axis=2)),
    "softmax inside": lambda: last(named("Activation", "softmax")),
    "keepdims": lambda: functional(lambda image: named("GlobalAveragePooling2D", keepdims=True)(image)),
    "image as output": lambda: functional(lambda image: named("Conv2D", 2, 1)(image)),
    "rescaling": lambda: last(named("Rescaling", 0.5)),
    "concatenate": lambda: functional(lambda image: ends(named("Concatenate")([image, image]))),
    "reshape": lambda: unfinished("Reshape", (8, 12)),
    "multiplication": lambda: functional(lambda image: ends(image * 2.0)),
    "number in a sum": lambda: functional(lambda image: ends(image + 2.0)),
    "L1": lambda: last(named("Conv2D", 2, 1, kernel_regularizer=keras.regularizers.L1(0.5))),
    "activity_regularizer": lambda: last(named("Conv2D", 2, 1, activity_regularizer="l2")),
    "constraint": lambda: last(named("Conv2D", 2, 1, bias_constraint="non_neg")),
    "noise_shape": lambda: last(named("Dropout", 0.5, noise_shape=(None, 1, 1, 2))),
    "nested": nested,
    "shared": shared,
    "two outputs": two_outputs,
    "whole numbers": lambda: functional(ends, dtype="int32"),
    "sequence": lambda: functional(layers.Dense(3), (5, 2)),
}


def sixty_fourths(generator, shape, low=-64, high=64):
    return generator.integers(low, high + 1, shape) / 64


def arrays_of(layer, generator):
    """Around 0, variances above it."""
    return [
        sixty_fourths(generator, w.shape, 16 if w.name == "moving_variance" else -64) for w in layer.weights
    ]


def describe(build):
    keras.backend.clear_session()
    model = build()
    generator = np.random.default_rng(7)
    arrays = {layer.name: arrays_of(layer, generator) for layer in model.layers}
    for layer in model.layers:
        layer.set_weights(arrays[layer.name])
    images = sixty_fourths(generator, (2, *SHAPE))
    as_stored = {
        name: [{"shape": array.shape, "data": array.ravel().tolist()} for array in own]
        for name, own in arrays.items()
        if own
    }
    predictions = model.predict(images.astype("float32"), verbose=0)
    return {
        "config": json.loads(model.to_json()),
        "arrays": as_stored,
        "images": images.ravel().tolist(),
        "predictions": [float(f"{value:.9g}") for value in predictions.ravel()],
    }


def config_of(build):
    keras.backend.clear_session()
    return json.loads(build().to_json())


def deferred():
    """Without a build, a Sequential model does not say its input."""
    return sequential([])


def mixed():
    keras.config.set_dtype_policy("mixed_float16")
    model = functional(open_size)
    keras.config.set_dtype_policy("float32")
    return model


def architectures():
    from makeArchitecturesFixture import build, networks
    from makeKerasFixture import mini_xception

    others = {name: config_of(lambda logits=logits: build(logits, (48, 48, 1), 7)) for name, logits in networks.items()}
    return {"mini-xception": config_of(mini_xception), **others}


def tiny():
    return {
        "keras": keras.__version__,
        "runs": {name: describe(build) for name, build in RUNS.items()},
        "refused": {name: config_of(build) for name, build in REFUSED.items()},
        "deferred": config_of(deferred),
        "mixed": config_of(mixed),
    }


print(json.dumps(architectures() if "architectures" in sys.argv else tiny(), separators=(",", ":")))
