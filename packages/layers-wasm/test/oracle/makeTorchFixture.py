"""Writes torchFixture.json: the whole mini-Xception in PyTorch, float64, with TensorFlow's padding rules.

    python packages/layers-wasm/test/oracle/makeTorchFixture.py      (torch 2.13, numpy)
    npx prettier --write packages/layers-wasm/test/oracle/torchFixture.json

Weights and batches come from seededNumbers.py. The fixture holds the loss and a digest of every gradient for a batch of 4, and
the losses of 20 steps of Adam (rate 1e-4, epsilon 1e-7) at batch 8. Moving averages are not compared: PyTorch feeds them
the unbiased variance.
"""

import json
import pathlib
import sys

import torch
from torch.nn.functional import batch_norm, conv2d, cross_entropy, max_pool2d, pad

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from seededNumbers import digest, seeded_batch, seeded_weight

NAME, SHAPE, CLASSES, BLOCKS = "miniXception", (48, 48, 1), 7, (16, 32, 64, 128)
PENALTY = 0.01  # of the first two kernels


class Net:
    """Weights in Keras' axis order, keyed layer/weight, made on first use; one method per kind of layer. Images are NCHW."""

    def __init__(self, name=NAME, stem=8, blocks=BLOCKS, classes=CLASSES):
        self.name, self.stem, self.blocks, self.classes = name, stem, blocks, classes
        self.weights = {}

    def weight(self, name, *shape):
        if name not in self.weights:
            values = torch.tensor(seeded_weight(f"{self.name}/{name}", shape), dtype=torch.float64)
            self.weights[name] = values.requires_grad_()
        return self.weights[name]

    def conv(self, number, x, filters, size, **options):
        kernel = self.weight(f"conv2d_{number}/kernel", size, size, x.shape[1], filters)
        return conv2d(x, kernel.permute(3, 2, 0, 1), **options)

    def separable(self, number, x, filters):
        channels = x.shape[1]
        depthwise = self.weight(f"separable_conv2d_{number}/depthwise_kernel", 3, 3, channels, 1)
        pointwise = self.weight(f"separable_conv2d_{number}/pointwise_kernel", 1, 1, channels, filters)
        x = conv2d(x, depthwise.permute(2, 3, 0, 1), padding=1, groups=channels)
        return conv2d(x, pointwise.permute(3, 2, 0, 1))

    def norm(self, number, x):
        gamma = self.weight(f"batch_normalization_{number}/gamma", x.shape[1])
        beta = self.weight(f"batch_normalization_{number}/beta", x.shape[1])
        return batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3)

    def pool(self, x):
        """3x3, stride 2, 'same': the odd row and column of padding go to the bottom and the right."""
        sides = []
        for size in (x.shape[3], x.shape[2]):
            total = max((-(-size // 2) - 1) * 2 + 3 - size, 0)
            sides += [total // 2, total - total // 2]
        return max_pool2d(pad(x, sides, value=float("-inf")), 3, 2)

    def logits(self, images):
        x = images.permute(0, 3, 1, 2)
        for number in (1, 2):
            x = self.norm(number, self.conv(number, x, self.stem, 3)).relu()
        for block, filters in enumerate(self.blocks):
            residual = self.norm(3 + 3 * block, self.conv(3 + block, x, filters, 1, stride=2))
            x = self.norm(4 + 3 * block, self.separable(1 + 2 * block, x, filters)).relu()
            x = self.norm(5 + 3 * block, self.separable(2 + 2 * block, x, filters))
            x = self.pool(x) + residual
        head = len(self.blocks) + 3
        bias = self.weight(f"conv2d_{head}/bias", self.classes)
        x = self.conv(head, x, self.classes, 3, padding=1, bias=bias)
        return x.mean((2, 3))

    def loss(self, step, count):
        images, labels, _ = seeded_batch(NAME, step, count, SHAPE, CLASSES)
        loss = cross_entropy(self.logits(torch.tensor(images, dtype=torch.float64)), torch.tensor(labels))
        return loss + self.penalty()

    def penalty(self):
        return PENALTY * sum((self.weights[f"conv2d_{number}/kernel"] ** 2).sum() for number in (1, 2))


def gradients():
    net = Net()
    loss = net.loss(0, 4)
    loss.backward()
    digests = {name: digest(weight.grad.numpy()) for name, weight in net.weights.items()}
    return {"count": 4, "loss": loss.item(), "gradients": digests}


def curve():
    net = Net()
    net.loss(0, 1)  # makes the weights
    adam = torch.optim.Adam(net.weights.values(), lr=1e-4, eps=1e-7)
    losses = []
    for step in range(20):
        adam.zero_grad()
        loss = net.loss(step, 8)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return {"count": 8, "learningRate": 1e-4, "losses": losses}


if __name__ == "__main__":
    fixture = {"source": "makeTorchFixture.py", "torch": torch.__version__, "batch": gradients(), "curve": curve()}
    (here / "torchFixture.json").write_text(json.dumps(fixture) + "\n")
