"""Prints architectures.json.golden: what real Keras says of each architecture, built here from its source and not from this project's config.

usage: python makeArchitecturesFixture.py > architectures.json.golden
Made with Keras 3.15.1, TensorFlow 2.21.0. Sources: oarriaga/face_classification src/models/cnn.py (tiny_XCEPTION, big_XCEPTION, simple_CNN,
simpler_CNN), microsoft/FERPlus src/models.py (VGG13), He et al. 2016 with the 3x3 stem usual for small images (ResNet-18).
A layer without a name is called after its class and the number of such layers so far, as in Keras 2. The weights and images follow
formulas that hashedNumbers.ts repeats.
"""

import json
import re

import keras
import numpy as np
from keras import layers

counts = {}


def new(kind, name=None, **options):
    """A layer of this class: `Conv2D` gives conv2d_1, conv2d_2, ..."""
    if name is None:
        base = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
        counts[base] = counts.get(base, 0) + 1
        name = f"{base}_{counts[base]}"
    return getattr(layers, kind)(name=name, **options)


def convolve(x, filters, size, strides=1, padding="same", bias=True, name=None):
    return new("Conv2D", name, filters=filters, kernel_size=size, strides=strides, padding=padding, use_bias=bias)(x)


def normalize(x, name=None):
    return new("BatchNormalization", name)(x)


def rectify(x, name=None):
    return new("Activation", name, activation="relu")(x)


def separable(x, filters):
    return new("SeparableConv2D", filters=filters, kernel_size=3, padding="same", use_bias=False)(x)


def halve(x):
    return new("MaxPooling2D", pool_size=3, strides=2, padding="same")(x)


def tiny_xception(image, classes):
    x = image
    for _ in range(2):
        x = rectify(normalize(convolve(x, 5, 3, padding="valid", bias=False)))
    for filters in (8, 16, 32, 64):
        residual = normalize(convolve(x, filters, 1, strides=2, bias=False))
        x = rectify(normalize(separable(x, filters)))
        x = normalize(separable(x, filters))
        x = new("Add")([halve(x), residual])
    return new("GlobalAveragePooling2D")(convolve(x, classes, 3))


def big_xception(image, classes):
    x = convolve(image, 32, 3, strides=2, padding="valid", bias=False)
    x = rectify(normalize(x, "block1_conv1_bn"), "block1_conv1_act")
    x = convolve(x, 64, 3, padding="valid", bias=False)
    x = rectify(normalize(x, "block1_conv2_bn"), "block1_conv2_act")
    residual = normalize(convolve(x, 128, 1, strides=2, bias=False))
    x = rectify(normalize(separable(x, 128), "block2_sepconv1_bn"), "block2_sepconv2_act")
    x = normalize(separable(x, 128), "block2_sepconv2_bn")
    x = new("Add")([halve(x), residual])
    residual = normalize(convolve(x, 256, 1, strides=2, bias=False))
    x = rectify(x, "block3_sepconv1_act")
    x = rectify(normalize(separable(x, 256), "block3_sepconv1_bn"), "block3_sepconv2_act")
    x = normalize(separable(x, 256), "block3_sepconv2_bn")
    x = new("Add")([halve(x), residual])
    return new("GlobalAveragePooling2D")(convolve(x, classes, 3))


def simple_cnn(image, classes):
    x, name = image, "image_array"
    for filters, size in ((16, 7), (32, 5), (64, 3), (128, 3)):
        x = normalize(convolve(x, filters, size, name=name))
        x = rectify(normalize(convolve(x, filters, size)))
        x = new("AveragePooling2D", pool_size=2, padding="same")(x)
        x = new("Dropout", rate=0.5)(x)
        name = None
    x = normalize(convolve(x, 256, 3))
    return new("GlobalAveragePooling2D")(convolve(x, classes, 3))


def simpler_cnn(image, classes):
    x, name = image, "image_array"
    for first, size, second, window in ((16, 5, 16, 5), (32, 5, 32, 5), (64, 3, 64, 3), (64, 1, 128, 3)):
        x = normalize(convolve(x, first, size, name=name))
        x = rectify(normalize(convolve(x, second, window, strides=2)))
        x = new("Dropout", rate=0.25)(x)
        name = None
    for filters in (128, classes):
        x = convolve(normalize(convolve(x, 256, 1)), filters, 3, strides=2)
    return new("Flatten")(x)


def vgg_13(image, classes):
    x = image
    for filters, convolutions in ((64, 2), (128, 2), (256, 3), (256, 3)):
        for _ in range(convolutions):
            x = rectify(convolve(x, filters, 3))
        x = new("Dropout", rate=0.25)(new("MaxPooling2D", pool_size=2, strides=2)(x))
    x = new("Flatten")(x)
    for _ in range(2):
        x = new("Dropout", rate=0.5)(rectify(new("Dense", units=1024)(x)))
    return new("Dense", units=classes)(x)


def resnet_18(image, classes):
    x = rectify(normalize(convolve(image, 64, 3, bias=False)))
    for filters in (64, 128, 256, 512):
        for block in (1, 2):
            strides = 2 if block == 1 and filters > 64 else 1
            y = rectify(normalize(convolve(x, filters, 3, strides, bias=False)))
            y = normalize(convolve(y, filters, 3, bias=False))
            if strides == 2:
                x = normalize(convolve(x, filters, 1, strides, bias=False))
            x = rectify(new("Add")([y, x]))
    return new("Dense", units=classes)(new("GlobalAveragePooling2D")(x))


def build(logits, shape, classes):
    counts.clear()
    image = layers.Input(shape, name="input_1")
    return keras.Model(image, layers.Activation("softmax", name="predictions")(logits(image, classes)))


def uniform(name, count):
    """Numbers in [-1, 1) from a hash of their index and the sum of the name's character codes; they repeat after 65,537."""
    h = (np.arange(min(count, 65537), dtype=np.uint64) + 7919 * sum(map(ord, name))) * 0x9E3779B1 & 0xFFFFFFFF
    h = (h ^ h >> 15) * 0x85EBCA77 & 0xFFFFFFFF
    return np.resize((h ^ h >> 13) / 2.0**31 - 1, count)


def formula_weight(name, shape):
    """Kernels of variance 1 / fan in, the rest near where training starts."""
    values = uniform(name, int(np.prod(shape)))
    if name.endswith("kernel"):
        fan_in = np.prod(shape[:2] if name.endswith("depthwise_kernel") else shape[:-1])
        values = values * np.sqrt(3 / fan_in)
    else:
        values = values * 0.25 + (1 if name.endswith(("gamma", "moving_variance")) else 0)
    return values.astype("float32").reshape(shape)


def trainable_count(model):
    return int(sum(np.prod(w.shape) for w in model.trainable_weights))


def describe(logits):
    model = build(logits, (48, 48, 1), 7)
    for layer in model.layers:
        # Keras 3 calls the depthwise and pointwise kernels by the same names as the config's fields.
        layer.set_weights([formula_weight(f"{layer.name}/{w.name}", w.shape) for w in layer.weights])
    images = uniform("images", 2 * 48 * 48).astype("float32").reshape(2, 48, 48, 1)
    shapes = {layer.name: "x".join(map(str, layer.output.shape[1:])) for layer in model.layers}
    return {
        "parameters": model.count_params(),
        "trainable": trainable_count(model),
        "layers": {l.name: f"{type(l).__name__} {shapes[l.name]} {l.count_params()}" for l in model.layers},
        "probabilities": model.predict(images, verbose=0).tolist(),
    }


networks = {
    "tiny-xception": tiny_xception,
    "big-xception": big_xception,
    "simple-cnn": simple_cnn,
    "simpler-cnn": simpler_cnn,
    "vgg-13": vgg_13,
    "resnet-18": resnet_18,
}


def main():
    fixture = {
        "keras": keras.__version__,
        "networks": {name: describe(logits) for name, logits in networks.items()},
        "asPublished": {
            "vgg-13, 64x64x1, 8 classes": build(vgg_13, (64, 64, 1), 8).count_params(),
            "resnet-18, 32x32x3, 10 classes, trainable": trainable_count(build(resnet_18, (32, 32, 3), 10)),
        },
    }
    print(json.dumps(fixture, indent=1))


if __name__ == "__main__":
    main()
