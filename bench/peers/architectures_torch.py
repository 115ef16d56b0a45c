"""Every architecture of `fer train --arch` in PyTorch, by the same names: the same layers with TensorFlow's padding rules.

Each maps [batch, 1, 48, 48] in [-1, 1] to logits [batch, 7]. Modules are registered in the order of the toolkit's layers.
"""
from functools import partial

import torch.nn as nn
import torch.nn.functional as F

from mini_xception_torch import MiniXception, SeparableConv, batch_norm, pad_same


class SameConv(nn.Conv2d):
    """'same' padding at any stride: inside the convolution where both sides get as much."""

    def forward(self, x):
        kernel, stride, size = self.kernel_size[0], self.stride[0], x.shape[-1]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        if total % 2 == 0:
            return F.conv2d(x, self.weight, self.bias, stride, total // 2)
        return F.conv2d(pad_same(x, kernel, stride), self.weight, self.bias, stride)


class Rows(nn.Module):
    """[batch, channels, height, width] to [batch, height * width * channels]: no copy of a channels_last tensor."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Mean(nn.Module):
    """Global average pooling."""

    def forward(self, x):
        return x.mean((2, 3))


def simple_cnn(classes=7):
    layers, inputs = [], 1
    for filters, kernel in ((16, 7), (32, 5), (64, 3), (128, 3)):
        layers += [SameConv(inputs, filters, kernel), batch_norm(filters)]
        layers += [SameConv(filters, filters, kernel), batch_norm(filters), nn.ReLU(), nn.AvgPool2d(2), nn.Dropout(0.5)]
        inputs = filters
    layers += [SameConv(128, 256, 3), batch_norm(256), SameConv(256, classes, 3), Mean()]
    return nn.Sequential(*layers)


def simpler_cnn(classes=7):
    layers, inputs = [], 1
    for plain, kernel, strided, window in ((16, 5, 16, 5), (32, 5, 32, 5), (64, 3, 64, 3), (64, 1, 128, 3)):
        layers += [SameConv(inputs, plain, kernel), batch_norm(plain)]
        layers += [SameConv(plain, strided, window, stride=2), batch_norm(strided), nn.ReLU(), nn.Dropout(0.25)]
        inputs = strided
    for outputs in (128, classes):
        layers += [SameConv(128, 256, 1), batch_norm(256), SameConv(256, outputs, 3, stride=2)]
    return nn.Sequential(*layers, Rows())


class BigXceptionBlock(nn.Module):
    def __init__(self, inputs, outputs, starts_with_relu):
        super().__init__()
        self.starts_with_relu = starts_with_relu
        self.residual, self.residual_bn = nn.Conv2d(inputs, outputs, 1, stride=2, bias=False), batch_norm(outputs)
        self.conv1, self.bn1 = SeparableConv(inputs, outputs), batch_norm(outputs)
        self.conv2, self.bn2 = SeparableConv(outputs, outputs), batch_norm(outputs)

    def forward(self, x):
        residual = self.residual_bn(self.residual(x))
        if self.starts_with_relu:
            x = F.relu(x)
        x = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.max_pool2d(pad_same(x, 3, 2, float("-inf")), 3, 2) + residual


def big_xception(classes=7):
    stem = [nn.Conv2d(1, 32, 3, stride=2, bias=False), batch_norm(32), nn.ReLU()]
    stem += [nn.Conv2d(32, 64, 3, bias=False), batch_norm(64), nn.ReLU()]
    blocks = [BigXceptionBlock(64, 128, False), BigXceptionBlock(128, 256, True)]
    return nn.Sequential(*stem, *blocks, nn.Conv2d(256, classes, 3, padding=1), Mean())


def vgg_13(classes=7):
    layers, inputs = [], 1
    for filters, convolutions in ((64, 2), (128, 2), (256, 3), (256, 3)):
        for _ in range(convolutions):
            layers += [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]
            inputs = filters
        layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
    layers += [Rows(), nn.Linear(3 * 3 * 256, 1024), nn.ReLU(), nn.Dropout(0.5)]
    layers += [nn.Linear(1024, 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, classes)]
    return nn.Sequential(*layers)


class ResNetBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = SameConv(inputs, outputs, 3, stride=stride, bias=False), batch_norm(outputs)
        self.conv2, self.bn2 = SameConv(outputs, outputs, 3, bias=False), batch_norm(outputs)
        self.shortcut = nn.Identity()
        if inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), batch_norm(outputs))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.shortcut(x))


def resnet_18(classes=7):
    layers, inputs = [SameConv(1, 64, 3, bias=False), batch_norm(64), nn.ReLU()], 64
    for filters in (64, 128, 256, 512):
        layers += [ResNetBlock(inputs, filters, 1 if filters == 64 else 2), ResNetBlock(filters, filters, 1)]
        inputs = filters
    return nn.Sequential(*layers, Mean(), nn.Linear(512, classes))


architectures = {
    "mini-xception": MiniXception,
    "tiny-xception": partial(MiniXception, widths=(5, 8, 16, 32, 64)),
    "big-xception": big_xception,
    "simple-cnn": simple_cnn,
    "simpler-cnn": simpler_cnn,
    "vgg-13": vgg_13,
    "resnet-18": resnet_18,
}
