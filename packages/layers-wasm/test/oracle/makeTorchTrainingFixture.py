"""Writes torchTrainingFixture.json: optimizers and training options of PyTorch, float64.

    python packages/layers-wasm/test/oracle/makeTorchTrainingFixture.py      (torch 2.13, numpy)
    npx prettier --write packages/layers-wasm/test/oracle/torchTrainingFixture.json

Every case of fixtureCases.py: losses, weights and averages.
"""

import json

import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from makeTorchFixture import Net, here
from fixtureCases import CASES, CLASSES, NETWORK, RATE, SHAPE, STEPS, batch, digests, fixture


def optimizer_of(case, parameters):
    if "sgd" in case:
        return torch.optim.SGD(parameters, lr=RATE, **case["sgd"])
    adam = case["adam"]
    options = {"lr": RATE, "betas": (adam["beta1"], adam["beta2"]), "eps": adam["epsilon"]}
    if "weightDecay" in adam:
        return torch.optim.AdamW(parameters, **options, weight_decay=adam["weightDecay"])
    return torch.optim.Adam(parameters, **options)


def loss_of(net, case, step):
    images, targets, weights = map(torch.tensor, batch(case, step))
    smoothing = case.get("labelSmoothing", 0)
    losses = cross_entropy(net.logits(images), targets, reduction="none", label_smoothing=smoothing)
    return (weights * losses).sum() / len(weights) + net.penalty()


def run(case):
    net = Net(NETWORK, stem=3, blocks=(5,), classes=CLASSES)
    net.logits(torch.zeros(2, *SHAPE, dtype=torch.float64))  # makes the weights
    parameters = list(net.weights.values())
    optimizer = optimizer_of(case, parameters)
    module = torch.nn.ParameterList(parameters)
    average = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(case.get("averageDecay", 0)))
    average.update_parameters(module)  # the first call copies the weights
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(net, case, step)
        loss.backward()
        if "clipNorm" in case:
            norm = get_total_norm([parameter.grad for parameter in parameters])
            clip_grads_with_norm_(parameters, case["clipNorm"], norm - 1e-6)  # PyTorch adds 1e-6 to the norm, Keras does not
        optimizer.step()
        average.update_parameters(module)
        losses.append(loss.item())
    named = lambda values: digests((name, value.detach().numpy()) for name, value in zip(net.weights, values))
    result = {**case, "losses": losses, "weights": named(parameters)}
    return {**result, "averages": named(average.module)} if "averageDecay" in case else result


results = [run(case) for case in CASES]
versions = {"torch": torch.__version__}
(here / "torchTrainingFixture.json").write_text(json.dumps(fixture("makeTorchTrainingFixture.py", versions, results)) + "\n")
