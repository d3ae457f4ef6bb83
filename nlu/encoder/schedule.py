"""What every training stage shares: learning rate by wall clock, optimisers, progress, checkpoints."""

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch
from torch import nn

from nlu.encoder.workers import Workers

CHECKPOINT: Final = "checkpoint.pt"
_CHECKPOINT_SECONDS: Final = 240.0
_WARMUP: Final = 0.03  # of the stage
_FINAL_RATE: Final = 0.03  # of the highest
_REPORT_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long a stage runs and how fast it learns."""

    seconds: float
    """Wall-clock time of the stage, all its sittings together."""
    learning_rate: float = 1e-3
    """The highest."""
    most_steps: int | None = None
    """Ends the stage earlier; none: only the time counts."""

    def done(self, progress: "Progress") -> float:
        """Return the part of the stage that is over, 1.0 at its end."""
        by_steps = progress.steps / self.most_steps if self.most_steps else 0.0
        return max(progress.seconds / self.seconds, by_steps)

    def rate_at(self, done: float) -> float:
        """Return the learning rate: linear warm-up over 3 % of the stage, then cosine to 3 % of the highest."""
        warm = min(1.0, (done + 0.001) / _WARMUP)
        cosine = _FINAL_RATE + (1 - _FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        return self.learning_rate * warm * cosine


@dataclass(slots=True)
class Progress:
    """What a stage has done; saved with the checkpoint."""

    seconds: float = 0.0
    steps: int = 0
    tokens: int = 0
    curve: list[tuple[float, float]] = field(default_factory=list)
    """Points (seconds, loss)."""


class Run:
    """One stage: steps until its time is over, with a log line every 20 steps and a checkpoint every 4 minutes."""

    def __init__(self, model: nn.Module, out: Path, schedule: Schedule, workers: Workers) -> None:
        self.model = model
        self.workers = workers
        self.out = out
        self.schedule = schedule
        self.optimizers = build_optimizers(model)
        self.progress = self._load()

    def train(self, backward: Callable[[], tuple[float, int]]) -> Progress:
        """Call `backward`, which leaves gradients and returns loss and tokens, and step; until the time is over."""
        began = time.monotonic() - self.progress.seconds
        saved = time.monotonic()
        losses: list[float] = []
        while (done := self.schedule.done(self.progress)) < 1.0:
            losses.append(self._step(backward, self.schedule.rate_at(done)))
            self.progress.seconds = time.monotonic() - began
            if self.progress.steps % _REPORT_STEPS == 0:
                self._report(sum(losses) / len(losses))
                losses.clear()
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        self.save()
        return self.progress

    def save(self) -> None:
        """Write weights, optimisers and progress; the old checkpoint is replaced in one rename."""
        progress = self.progress
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": [progress.seconds, progress.steps, progress.tokens, progress.curve],
        }
        partial = self.out / (CHECKPOINT + ".part")
        torch.save(state, partial)
        os.replace(partial, self.out / CHECKPOINT)

    def _step(self, backward: Callable[[], tuple[float, int]], rate: float) -> float:
        for group in (group for optimizer in self.optimizers for group in optimizer.param_groups):
            group["lr"] = rate
        loss, tokens = backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.workers.map(lambda optimizer: optimizer.step(), self.optimizers)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        self.progress.steps += 1
        self.progress.tokens += tokens
        return loss

    def _report(self, loss: float) -> None:
        progress = self.progress
        progress.curve.append((progress.seconds, loss))
        line = {"seconds": round(progress.seconds), "steps": progress.steps, "tokens": progress.tokens, "loss": loss}
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _load(self) -> Progress:
        if not (self.out / CHECKPOINT).exists():
            return Progress()
        state = torch.load(self.out / CHECKPOINT, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        seconds, steps, tokens, curve = state["progress"]
        return Progress(seconds, steps, tokens, list(curve or []))


def build_optimizers(model: nn.Module) -> Sequence[torch.optim.Optimizer]:
    """Return AdamW for embeddings, biases and norms, and Muon for the encoder's matrices, in two equal parts.

    Muon (Jordan 2024, with the update scale of Moonlight, arXiv 2502.16982) needs about half of AdamW's steps.
    """
    matrices = [weight for name, weight in model.named_parameters() if weight.ndim == 2 and "encoder.layer" in name]
    chosen = set(map(id, matrices))
    rest = [weight for weight in model.parameters() if id(weight) not in chosen]
    adam = torch.optim.AdamW(rest, lr=1.0, betas=(0.9, 0.98), weight_decay=0.01)
    parts = (matrices[0::2], matrices[1::2])
    return [
        *(torch.optim.Muon(part, lr=1.0, weight_decay=0.01, adjust_lr_fn="match_rms_adamw") for part in parts),
        adam,
    ]
