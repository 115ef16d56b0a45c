"""Makes the model files in files/ and Keras' predictions with them, files/predictions.json.golden.

usage: python makeKerasFiles.py   (in this folder)
Made with Keras 3.15.1, TensorFlow 2.21.0, h5py 3.14.0. `functional.*` and `sequential.*` are saved by Keras itself. The others are laid
out here as older versions do, with the network and weights of `sequential.*`:

keras-1.2.h5         Convolution2D, names `convolution2d_1_W:0`, no backend at the root
keras-1.2-theano.h5  the same trained with Theano, whose convolutions turn the kernel
keras-2.0.5.h5       texts of fixed length, weight names with a prefix of their own
split-names.h5       lists of names split over attributes, as Keras does from 64 KiB on; big-endian float64, kernels zipped
keras-2.13.keras     other names of groups, numbered with gaps, deflated; keras-2.13-windows.keras: with backslashes
half.h5              float16 values
"""

import io
import json
import os
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras import layers

from predictWithKeras import predict

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files")


def functional():
    """Layers are made in another order than they follow each other, so that neither names nor numbers of groups are alike."""
    last = layers.Conv2D(3, 3, padding="same")
    shortcut = layers.Conv2D(4, 1, strides=2, padding="same", use_bias=False)
    image = layers.Input((8, 8, 1))
    x = layers.Conv2D(2, 3, padding="same", use_bias=False, kernel_regularizer="l2")(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    residual = layers.BatchNormalization()(shortcut(x))
    x = layers.SeparableConv2D(4, 3, padding="same")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Dropout(0.5)(layers.Add()([x, residual]))
    x = layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Softmax()(layers.GlobalAveragePooling2D()(last(x))))


def sequential():
    stack = [
        layers.Input((6, 6, 1)),
        layers.Conv2D(2, 3, activation="relu"),
        layers.Conv2D(3, 2),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ]
    return keras.Sequential(stack)


def randomise(model, dtype="float32"):
    random = np.random.default_rng(7)
    for layer in model.layers:
        around = {"gamma": 1, "moving_variance": 1}
        values = [around.get(w.name, 0) + random.uniform(-0.5, 0.5, w.shape) for w in layer.weights]
        layer.set_weights([value.astype(dtype) for value in values])


def keras_2_config(model):
    """The sequential network as Keras 2.0.5 describes it."""
    described = []
    for layer in model.layers:
        config = layer.get_config()
        fields = {key: config[key] for key in config if key in ("name", "filters", "units", "use_bias", "activation")}
        if "kernel_size" in config:
            window = {"kernel_size": [*config["kernel_size"]], "strides": [1, 1], "dilation_rate": [1, 1]}
            fields.update(window, padding="valid", data_format="channels_last")
        if not described:
            fields.update(batch_input_shape=[None, 6, 6, 1], dtype="float32")
        described.append({"class_name": type(layer).__name__, "config": {**fields, "trainable": True}})
    return {"class_name": "Sequential", "config": described}


def keras_1_config(model, names):
    """The sequential network as Keras 1.2 describes it."""
    described = []
    for layer, name in zip(model.layers, names):
        config = layer.get_config()
        fields = {"name": name, "trainable": True}
        if isinstance(layer, layers.Conv2D):
            rows, columns = config["kernel_size"]
            fields.update(nb_filter=config["filters"], nb_row=rows, nb_col=columns, subsample=[1, 1])
            fields.update(border_mode="valid", dim_ordering="tf", bias=True, init="glorot_uniform")
        if isinstance(layer, layers.Dense):
            fields.update(output_dim=config["units"], input_dim=None, bias=True, init="glorot_uniform")
        if "activation" in config:
            fields.update(activation=config["activation"])
        if not described:
            fields.update(batch_input_shape=[None, 6, 6, 1], input_dtype="float32")
        class_name = "Convolution2D" if isinstance(layer, layers.Conv2D) else type(layer).__name__
        described.append({"class_name": class_name, "config": fields})
    return {"class_name": "Sequential", "config": described}


def lay_out(name, config, weights, options):
    """An HDF5 file with `weights`, {layer: {weight name: values}}, and attributes as `options` says."""
    with h5py.File(os.path.join(FILES, name), "w") as file:
        for key, value in options.get("root", {}).items():
            file.attrs[key] = value.encode()
        file.attrs["model_config"] = json.dumps(config).encode()
        group = file.create_group("model_weights")
        for key, value in options.get("group", {}).items():
            group.attrs[key] = value.encode()
        write_names(group, "layer_names", list(weights), options)
        for layer, arrays in weights.items():
            own = group.create_group(layer)
            write_names(own, "weight_names", list(arrays), options)
            for key, values in arrays.items():
                zipped = {"compression": "gzip"} if values.dtype == ">f8" and values.ndim > 1 else {}
                own.create_dataset(key, data=values, **zipped)


def write_names(group, name, names, options):
    encoded = [entry.encode() for entry in names]
    if options.get("split") and len(encoded) > 1:
        for part, entries in enumerate(np.array_split(encoded, 2)):
            group.attrs[f"{name}{part}"] = entries
    else:
        group.attrs[name] = encoded


def named(model, pattern):
    """{layer: {name: values}} with weight names such as "{layer}_2/{weight}:0"."""
    return {
        layer.name: {pattern.format(layer=layer.name, weight=w.name): w.numpy() for w in layer.weights}
        for layer in model.layers
    }


def keras_1_weights(model, names, turned):
    stored = {}
    for layer, name in zip(model.layers, names):
        values = [w.numpy() for w in layer.weights]
        if turned and isinstance(layer, layers.Conv2D):
            values[0] = values[0][::-1, ::-1]
        suffix = "" if turned else ":0"  # TensorFlow's names of variables have it
        stored[name] = {f"{name}_{letter}{suffix}": value for letter, value in zip("Wb", values)}
    return stored


def repack(source, target, group_of):
    """The archive `source` with the groups of its layers renamed, deflated."""
    with zipfile.ZipFile(os.path.join(FILES, source)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stored = h5py.File(io.BytesIO(members["model.weights.h5"]))
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        for name, group in stored["layers"].items():
            variables = file.create_group(group_of(name)).create_group("vars")
            for key, values in group["vars"].items():
                variables[key] = values[()]
    members["model.weights.h5"] = weights.getvalue()
    members["metadata.json"] = json.dumps({"keras_version": "2.13.1"}).encode()
    with zipfile.ZipFile(os.path.join(FILES, target), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def numbered_twice(name):
    """Keras 2.13 counts each layer with weights twice: conv2d, conv2d_2, conv2d_4, ..."""
    stem, _, number = name.rpartition("_")
    return f"{stem}_{2 * int(number)}" if number.isdigit() else name


os.makedirs(FILES, exist_ok=True)
predictions = {}
for name, build in (("functional", functional), ("sequential", sequential)):
    keras.backend.clear_session()
    model = build()
    randomise(model)
    model.save(os.path.join(FILES, f"{name}.h5"), include_optimizer=False)
    model.save(os.path.join(FILES, f"{name}.keras"))
    predictions[f"{name}.h5"] = predictions[f"{name}.keras"] = predict(model)

for layer, name in zip(model.layers, ("conv2d_1", "conv2d_2", "flatten_1", "dense_1")):
    layer.name = name
version_2 = {"keras_version": "2.0.5", "backend": "tensorflow"}
layout_2 = {"root": version_2, "group": version_2}
prefixed = named(model, "{layer}_2/{weight}:0")
lay_out("keras-2.0.5.h5", keras_2_config(model), prefixed, layout_2)
wide = {layer: {key: values.astype(">f8") for key, values in own.items()} for layer, own in prefixed.items()}
lay_out("split-names.h5", keras_2_config(model), wide, {**layout_2, "split": True})
old_names = ("convolution2d_1", "convolution2d_2", "flatten_1", "dense_1")
for name, backend in (("keras-1.2.h5", "tensorflow"), ("keras-1.2-theano.h5", "theano")):
    stored = keras_1_weights(model, old_names, turned=backend == "theano")
    group = {"keras_version": "1.2.2", "backend": backend}
    lay_out(name, keras_1_config(model, old_names), stored, {"root": {"keras_version": "1.2.2"}, "group": group})
repack("sequential.keras", "keras-2.13.keras", lambda name: f"_layer_checkpoint_dependencies/{numbered_twice(name)}")
repack("sequential.keras", "keras-2.13-windows.keras", lambda name: f"_layer_checkpoint_dependencies\\{numbered_twice(name)}")
for name in ("keras-2.0.5.h5", "split-names.h5", "keras-1.2.h5", "keras-1.2-theano.h5"):
    predictions[name] = predict(model)
predictions["keras-2.13.keras"] = predictions["keras-2.13-windows.keras"] = predict(model)
randomise(model, "float16")
halves = {layer: {key: v.astype("float16") for key, v in own.items()} for layer, own in named(model, "{layer}/{weight}:0").items()}
lay_out("half.h5", keras_2_config(model), halves, layout_2)
predictions["half.h5"] = predict(model)

with open(os.path.join(FILES, "predictions.json.golden"), "w") as file:
    json.dump(predictions, file, indent=1)
    file.write("\n")
