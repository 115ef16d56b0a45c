"""One PyTorch training step (or inference) per line on stdin, milliseconds per line on stdout.

usage: step_server_torch.py [threads] [batch] [device] [--arch mini-xception]
"""
import argparse
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from architectures_torch import architectures

parser = argparse.ArgumentParser()
parser.add_argument("threads", type=int, nargs="?", default=2)
parser.add_argument("batch", type=int, nargs="?", default=128)
parser.add_argument("device", nargs="?", default="cpu", choices=("cpu", "cuda"))
parser.add_argument("--arch", default="mini-xception", choices=architectures)
options = parser.parse_args()
batch, device = options.batch, options.device if torch.cuda.is_available() else "cpu"
torch.set_num_threads(options.threads)
torch.manual_seed(0)
model = architectures[options.arch]().to(device, memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), 1e-4)
rng = np.random.default_rng(0)
images = torch.tensor(rng.uniform(-1, 1, (8 * batch, 1, 48, 48)).astype("f4")).to(device, memory_format=torch.channels_last)
labels = torch.tensor(rng.integers(0, 7, 8 * batch)).to(device)
turn = 0


def train_step():
    global turn
    at = (turn % 8) * batch
    turn += 1
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images[at:at + batch]), labels[at:at + batch])
    loss.backward()
    optimizer.step()
    loss.item()


def infer(count):
    model.eval()
    with torch.no_grad():
        model(images[:count]).cpu()


actions = {"s": train_step, "i": lambda: infer(batch), "1": lambda: infer(1)}
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "q":
        break
    start = time.perf_counter()
    actions[line.strip()]()
    print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)
