"""Who learns how fast: the encoder slowly, the heads faster, the transitions between tags fastest."""

import math

import torch
from torch import nn

from nlu.model import JointNetwork
from nlu.options import TrainingOptions

CHAIN_RATE = 1e-2
"""Learning rate of the transitions between tags, which begin at nothing."""
_LAST_SHARE = 0.02
"""Of the learning rate, at the end."""


class Optimizer:
    """AdamW with one slope for all learning rates: up, then down along a cosine."""

    def __init__(self, network: JointNetwork, options: TrainingOptions, *, rate: float, steps: int) -> None:
        """`rate`: multiplies all learning rates; `steps`: how many will be made."""
        self._parameters = list(network.parameters())
        self._optimizer = _build(network, options, rate)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _slope(step, steps, options.warmup)
        )

    def step(self) -> None:
        """Learn from the gradients and forget them."""
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._schedule.step()


def _build(network: JointNetwork, options: TrainingOptions, rate: float) -> torch.optim.Optimizer:
    encoder, chain = list(network.encoder.parameters()), list(network.chain.parameters())
    taken = {id(parameter) for parameter in (*encoder, *chain)}
    heads = [parameter for parameter in network.parameters() if id(parameter) not in taken]
    return torch.optim.AdamW(
        [
            {"params": encoder, "lr": options.learning_rate * rate},
            {"params": heads, "lr": options.head_learning_rate * rate},
            {"params": chain, "lr": CHAIN_RATE * rate, "weight_decay": 0.0},
        ],
        weight_decay=0.01,
        fused=True,
    )


def _slope(step: int, steps: int, warmup: float) -> float:
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(_LAST_SHARE, 0.5 + 0.5 * math.cos(math.pi * (step - rise) / max(1, steps - rise)))
