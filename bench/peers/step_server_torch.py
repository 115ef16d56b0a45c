"""One PyTorch training step (or inference) per line on stdin, milliseconds per line on stdout."""
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from mini_xception_torch import MiniXception

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
batch = int(sys.argv[2]) if len(sys.argv) > 2 else 128
device = "cuda" if torch.cuda.is_available() and "cuda" in sys.argv else "cpu"
torch.set_num_threads(threads)
torch.manual_seed(0)
model = MiniXception().to(device, memory_format=torch.channels_last)
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
