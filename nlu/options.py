"""The settings of a training; the names are the keys of the NLU component in config.yml."""

from dataclasses import dataclass, field
from pathlib import Path

from nlu.noise import Noise

WEIGHTS_FILE = "weights.safetensors"
"""Beside a model that was trained with `keep_weights`; serving does not read it."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """All that may be chosen."""

    encoder_dir: Path | str | None = None
    """Folder of the pretrained encoder (Hugging Face layout), or its name on the hub; none trains one from nothing."""
    start_from: Path | str | None = None
    """Model folder of an earlier training with the same intents, made with `keep_weights`; none starts anew."""
    start_share: float = 0.0
    """Of the weights that it started from in the result; 0 keeps none of them."""
    finish_at: Path | str | None = None
    """Model folder of a training from the same start with a `start_share` of 0: nothing is trained, the result lies
    between the two."""
    anchor: float = 0.0
    """Weight in the loss of moving away from what it started from, where that was right; 0 leaves it free."""
    keep_weights: bool = False
    """Write the weights beside the model, for a later training to start from; serving does not read them."""
    front_end: str = "auto"
    """`characters`, `words`, or `auto`: words where the sentences are mostly of a script with blanks."""
    epochs: float = 12
    least_steps: int = 800
    """Small training sets get more epochs until this many steps are made."""
    most_steps: int = 5000
    batch_size: int = 48
    learning_rate: float = 5e-4
    head_learning_rate: float = 1.5e-3
    warmup: float = 0.1
    """Share of the steps in which the learning rate rises."""
    dropout: float = 0.15
    encoder_dropout: float = 0.1
    label_smoothing: float = 0.05
    tag_weight: float = 1.0
    """Of the entity loss, against the intent loss."""
    held_out: float = 0.1
    """Share of the sentences that calibrate confidences before they are learnt, too."""
    urgent_intents: tuple[str, ...] = ("report_hazard",)
    """Handled before everything else, and rather seen once too often."""
    urgent_weight: float = 2.0
    """What an urgent sentence weighs in the loss."""
    urgent_threshold: float = 0.3
    """Highest probability from which an urgent intent wins over a likelier one; held-out sentences may lower it."""
    scope_intent: str = "out_of_scope"
    """What a sentence is taken for that fits no intent well."""
    scope_threshold: float = 0.25
    """Highest probability of the best intent below which that is so; held-out sentences may lower it."""
    sparse_penalty: float = 0.5
    """C of the support vector machines."""
    quantise: bool = True
    """Store and multiply the network's weights with eight bits."""
    noise: Noise = field(default_factory=Noise)
    seed: int = 7
    threads: int = 0
    """That learn side by side, two at most; 0 takes all cores. The model is the same."""
