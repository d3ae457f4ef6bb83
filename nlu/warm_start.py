"""Weights of one training as the start of the next: a month's labels are learnt in minutes instead of from nothing.

The weights lie beside the model in 32 bits; serving does not read them. They fit a training with the same intents, tags
and tokens only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from safetensors.torch import load_file, save_file
from torch import Tensor

from nlu.decision import Decision, load_decision
from nlu.labels import Labels, load_labels
from nlu.model import JointNetwork
from nlu.options import WEIGHTS_FILE

WARM_RATE: Final = 0.3
"""Learning rate of the epochs after a warm start, against those from nothing."""


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What a training began with."""

    decision: Decision
    weights: dict[str, Tensor]

    def blend_into(self, network: JointNetwork, share: float) -> None:
        """Take the network back towards the start: `share` of each weight is the start's.

        Halfway back most of what is new stays learnt, and fewer sentences change their meaning that nobody relabelled.
        """
        blended = {
            name: share * self.weights[name] + (1 - share) * value if value.is_floating_point() else value
            for name, value in network.state_dict().items()
        }
        network.load_state_dict(blended)


def save_weights(network: JointNetwork, folder: Path) -> None:
    """Write the network's weights beside the model."""
    save_file(
        {name: tensor.detach().contiguous() for name, tensor in network.state_dict().items()}, folder / WEIGHTS_FILE
    )


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
    weights, own = load_file(file), network.state_dict()
    if {name: value.shape for name, value in weights.items()} != {name: value.shape for name, value in own.items()}:
        progress(f"{folder} has another network: trained from the start")
        return None
    network.load_state_dict(weights)
    progress(f"the weights of {folder} are the start")
    return WarmStart(load_decision(folder), weights)
