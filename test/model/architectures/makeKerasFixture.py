"""Prints miniXception.json.golden: what real Keras says of mini-Xception, built here from the paper and not from this project's config.

usage: python makeKerasFixture.py > miniXception.json.golden
Made with Keras 3.15.1, TensorFlow 2.21.0. The weights and images follow formulas that fixtureModel.ts repeats.
"""

import json

import keras
import numpy as np
from keras import layers, regularizers


def named(layer, number, **options):
    return getattr(layers, layer)(name=f"{names[layer]}_{number}", **options)


names = {
    "Activation": "activation",
    "Add": "add",
    "BatchNormalization": "batch_normalization",
    "Conv2D": "conv2d",
    "GlobalAveragePooling2D": "global_average_pooling2d",
    "MaxPooling2D": "max_pooling2d",
    "SeparableConv2D": "separable_conv2d",
}


def mini_xception():
    l2 = regularizers.L2(0.01)
    image = layers.Input((48, 48, 1), name="input_1")
    x = image
    for number in (1, 2):
        x = named("Conv2D", number, filters=8, kernel_size=3, kernel_regularizer=l2, use_bias=False)(x)
        x = named("BatchNormalization", number)(x)
        x = named("Activation", number, activation="relu")(x)
    for block, filters in enumerate((16, 32, 64, 128), start=1):
        options = {"filters": filters, "kernel_size": 3, "padding": "same", "use_bias": False}
        residual = named("Conv2D", block + 2, filters=filters, kernel_size=1, strides=2, padding="same", use_bias=False)(x)
        residual = named("BatchNormalization", 3 * block)(residual)
        x = named("SeparableConv2D", 2 * block - 1, **options)(x)
        x = named("BatchNormalization", 3 * block + 1)(x)
        x = named("Activation", block + 2, activation="relu")(x)
        x = named("SeparableConv2D", 2 * block, **options)(x)
        x = named("BatchNormalization", 3 * block + 2)(x)
        x = named("MaxPooling2D", block, pool_size=3, strides=2, padding="same")(x)
        x = named("Add", block)([x, residual])
    x = named("Conv2D", 7, filters=7, kernel_size=3, padding="same")(x)
    x = named("GlobalAveragePooling2D", 1)(x)
    return keras.Model(image, layers.Activation("softmax", name="predictions")(x))


def formula_weight(name, shape):
    """A wave whose phase is the sum of the name's character codes; around 1 for gammas and variances."""
    wave = np.sin(sum(map(ord, name)) + 1.7 * np.arange(np.prod(shape)))
    around_one = name.endswith(("gamma", "moving_variance"))
    return ((1 + 0.5 * wave) if around_one else 0.3 * wave).astype("float32").reshape(shape)


def main():
    model = mini_xception()
    for layer in model.layers:
        # Keras 3 calls the depthwise and pointwise kernels by the same names as the config's fields.
        layer.set_weights([formula_weight(f"{layer.name}/{w.name}", w.shape) for w in layer.weights])
    images = (np.arange(2 * 48 * 48) * 37 % 251).reshape(2, 48, 48, 1) / 127.5 - 1
    fixture = {
        "keras": keras.__version__,
        "parameters": model.count_params(),
        "layers": {
            layer.name: {
                "className": type(layer).__name__,
                "outputShape": list(layer.output.shape[1:]),
                "parameters": layer.count_params(),
                "weights": {w.name: list(w.shape) for w in layer.weights},
            }
            for layer in model.layers
        },
        "probabilities": model.predict(images.astype("float32"), verbose=0).tolist(),
    }
    print(json.dumps(fixture))


if __name__ == "__main__":
    main()
