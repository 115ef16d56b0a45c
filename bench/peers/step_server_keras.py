"""The same protocol as step_server_torch.py, for Keras 3 on TensorFlow in graph mode."""
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
batch = int(sys.argv[2]) if len(sys.argv) > 2 else 128
tf.config.threading.set_intra_op_parallelism_threads(threads)


def mini_xception():
    x = inputs = keras.Input((48, 48, 1))
    for _ in range(2):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(8, 3, use_bias=False)(x)))
    for f in (16, 32, 64, 128):
        residual = layers.BatchNormalization()(layers.Conv2D(f, 1, strides=2, padding="same", use_bias=False)(x))
        x = layers.SeparableConv2D(f, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.SeparableConv2D(f, 3, padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(layers.BatchNormalization()(x))
        x = layers.add([x, residual])
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(7, 3, padding="same")(x))
    return keras.Model(inputs, layers.Softmax()(x))


model = mini_xception()
model.compile(keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy")
rng = np.random.default_rng(0)
images = rng.uniform(-1, 1, (8 * batch, 48, 48, 1)).astype("f4")
labels = rng.integers(0, 7, 8 * batch)
turn = 0


def train_step():
    global turn
    at = (turn % 8) * batch
    turn += 1
    model.train_on_batch(images[at:at + batch], labels[at:at + batch])


actions = {"s": train_step, "i": lambda: model.predict_on_batch(images[:batch]), "1": lambda: model.predict_on_batch(images[:1])}
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "q":
        break
    start = time.perf_counter()
    actions[line.strip()]()
    print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)
