"""Weights of one training as the start of the next: a month's labels are learnt in minutes instead of from nothing.

The weights lie beside the model in 16 bits; serving does not read them. They fit a training with the same intents, tags
and tokens only.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from nlu.batches import Batch
from nlu.decision import Decision, load_decision
from nlu.labels import Labels, load_labels
from nlu.model import JointNetwork, Outputs
from nlu.options import WEIGHTS_FILE
from nlu.sparse import SparseClassifier, load_sparse_classifier
from nlu.sparse_blend import blend_sparse

WARM_RATE: Final = 0.3
"""Learning rate of the epochs after a warm start, against those from nothing."""


class Anchor:
    """Holds a training to what the network said when it began, where that was right.

    What nobody relabelled keeps its meaning, while sentences that were understood wrongly are free to move. Source:
    focal distillation of Yan et al. 2021, "Positive-congruent training: towards regression-free model updates".
    """

    def __init__(self, network: JointNetwork, weight: float) -> None:
        """`network` is copied as it stands; `weight`: of the distance in the loss."""
        self._before = copy.deepcopy(network).eval().requires_grad_(False)
        self._weight = weight

    def loss(self, outputs: Outputs, batch: Batch) -> Tensor:
        """Return how far the intents have moved, as a mean over the batch's sentences."""
        with torch.no_grad():
            before = self._before(batch.ids, batch.mask, batch.sight, batch.hints).intents.float()
        was_right = batch.intents.gather(1, before.argmax(dim=1, keepdim=True)).squeeze(1) > 0
        now = functional.log_softmax(outputs.intents.float(), dim=1)
        moved = functional.kl_div(now, functional.log_softmax(before, dim=1), reduction="none", log_target=True)
        return self._weight * (moved.sum(dim=1) * was_right).mean()


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What a training began with."""

    decision: Decision
    weights: dict[str, Tensor]
    sparse: SparseClassifier

    def blend_into(self, network: JointNetwork, share: float) -> None:
        """Take the network back towards the start: `share` of each weight is the start's.

        Halfway back most of what is new stays learnt, and fewer sentences change their meaning that nobody relabelled.
        """
        blended = {
            name: share * self.weights[name] + (1 - share) * value if value.is_floating_point() else value
            for name, value in network.state_dict().items()
        }
        network.load_state_dict(blended)

    def blend_sparse_into(self, sparse: SparseClassifier, share: float) -> SparseClassifier:
        """Return the linear half taken back in the same way."""
        return blend_sparse(self.sparse, sparse, share)


def save_weights(network: JointNetwork, folder: Path) -> None:
    """Write the network's weights beside the model."""
    save_file(
        {name: _half(tensor.detach()).contiguous() for name, tensor in network.state_dict().items()},
        folder / WEIGHTS_FILE,
    )


def _half(tensor: Tensor) -> Tensor:
    return tensor.half() if tensor.is_floating_point() else tensor


def take_weights(
    network: JointNetwork, start: Path | str | None, labels: Labels, progress: Callable[[str], None]
) -> WarmStart | None:
    """Give the network the weights of an earlier model folder; return them, None where they do not fit."""
    if start is None:
        return None
    folder = Path(start)
    file = folder / WEIGHTS_FILE
    if not file.is_file():
        progress(f"{file} is not there: trained from the start")
        return None
    if load_labels(folder) != labels:
        progress(f"{folder} knows other intents, entities or contexts: trained from the start")
        return None
    own = network.state_dict()
    weights = {name: value.to(own[name].dtype) if name in own else value for name, value in load_file(file).items()}
    if {name: value.shape for name, value in weights.items()} != {name: value.shape for name, value in own.items()}:
        progress(f"{folder} has another network: trained from the start")
        return None
    network.load_state_dict(weights)
    progress(f"the weights of {folder} are the start")
    return WarmStart(load_decision(folder), weights, load_sparse_classifier(folder))
