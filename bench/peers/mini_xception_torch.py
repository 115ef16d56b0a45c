"""mini-Xception in PyTorch with TensorFlow's padding rules; what the toolkit is measured against.

Arriaga, Ploeger, Valdenegro 2017, "Real-time Convolutional Neural Networks for Emotion and Gender Classification".
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


def pad_same(x, kernel, stride, value=0.0):
    """TensorFlow's 'same': the odd pixel goes to the bottom and the right."""
    size = x.shape[-1]
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return F.pad(x, (total // 2, total - total // 2) * 2, value=value)


def batch_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class SeparableConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.residual = nn.Conv2d(inputs, outputs, 1, stride=2, bias=False)
        self.residual_bn = batch_norm(outputs)
        self.conv1, self.bn1 = SeparableConv(inputs, outputs), batch_norm(outputs)
        self.conv2, self.bn2 = SeparableConv(outputs, outputs), batch_norm(outputs)

    def forward(self, x):
        residual = self.residual_bn(self.residual(x))
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        return F.max_pool2d(pad_same(x, 3, 2, float("-inf")), 3, 2) + residual


class MiniXception(nn.Module):
    """[batch, 1, height, width] in [-1, 1] -> logits [batch, 7]. `widths`: filters of the first convolutions and of each block."""

    def __init__(self, classes=7, widths=(8, 16, 32, 64, 128)):
        super().__init__()
        first = widths[0]
        self.conv1, self.bn1 = nn.Conv2d(1, first, 3, bias=False), batch_norm(first)
        self.conv2, self.bn2 = nn.Conv2d(first, first, 3, bias=False), batch_norm(first)
        self.blocks = nn.ModuleList([Block(a, b) for a, b in zip(widths, widths[1:])])
        self.head = nn.Conv2d(widths[-1], classes, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        for block in self.blocks:
            x = block(x)
        return self.head(x).mean((2, 3))
