"""The acoustic network: a time-delay network trained with cross-entropy on the phones of synthetic speech.

Input 40 MFCC every 10 ms, output every 30 ms. Normalisation is folded into the weights, so that libvosk needs
no statistics. Source of the form: Peddinti, Povey, Khudanpur 2015 (TDNN with subsampling).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from speech.model_building.features import BANDS
from speech.model_building.kaldi_format import Layer
from speech.model_building.synthetic_speech import LabelledFrames

SPLICES = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-6, 0, 6), (-6, 0, 6))
SUBSAMPLING = 3
_LEFT = sum(-min(splice) for splice in SPLICES)
_RIGHT = sum(max(splice) for splice in SPLICES)
_CHUNK = 60
"""Frames of one training example; 20 outputs."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How long to train: epochs, but never past the limit of time."""

    width: int = 352
    epochs: int = 7
    batch: int = 32
    peak_rate: float = 3e-3
    limit_seconds: float = 3600.0
    threads: int = 1


class TimeDelayNetwork(nn.Module):
    """Computes log-probabilities of phones at every third frame."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        inputs = [BANDS, *[width] * (len(SPLICES) - 1)]
        self.affines = nn.ModuleList(
            nn.Linear(size * len(splice), width) for size, splice in zip(inputs, SPLICES, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in SPLICES)
        self.output = nn.Linear(width, outputs)
        self.dropout = nn.Dropout(0.1)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, chunk + context, 40) -> (batch, chunk / 3, outputs): scores before the softmax."""
        hidden = frames
        for depth, (splice, affine, norm) in enumerate(zip(SPLICES, self.affines, self.norms, strict=True)):
            # From the second layer on only every third frame is computed: that is all the decoder asks for.
            stride = SUBSAMPLING if depth == 1 else 1
            step = 1 if depth < 2 else SUBSAMPLING
            offsets = [offset // step for offset in splice]
            left, right = -min(offsets), max(offsets)
            length = hidden.shape[1]
            parts = [hidden[:, left + offset : length - right + offset : stride] for offset in offsets]
            hidden = torch.relu(affine(torch.cat(parts, dim=2)))
            hidden = self.dropout(norm(hidden.flatten(0, 1)).view_as(hidden))
        scores: Tensor = self.output(hidden)
        return scores


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """What goes into the model file."""

    layers: tuple[Layer, ...]
    priors: NDArray[np.float32]
    frame_accuracy: float


def train_network(
    utterances: Sequence[LabelledFrames],
    outputs: int,
    plan: TrainingPlan,
    *,
    seed: int = 1,
    report: Callable[[str], None] = print,
) -> TrainedNetwork:
    """Train on all utterances and return layers for the model file."""
    torch.manual_seed(seed)
    torch.set_num_threads(plan.threads)
    mean, deviation = _statistics(utterances)
    frames, labels = _examples(utterances, mean, deviation, np.random.default_rng(seed))
    network = TimeDelayNetwork(plan.width, outputs)
    accuracy = _fit(network, frames, labels, plan, report)
    counts = np.bincount(np.concatenate([each.labels for each in utterances]), minlength=outputs) + 1.0
    return TrainedNetwork(_fold(network.eval(), mean, deviation), (counts / counts.sum()).astype(np.float32), accuracy)


def _statistics(utterances: Sequence[LabelledFrames]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    sample = np.concatenate([each.features for each in utterances[:: max(1, len(utterances) // 2000)]])
    return sample.mean(axis=0, dtype=np.float32), sample.std(axis=0, dtype=np.float32) + np.float32(1e-5)


def _examples(
    utterances: Sequence[LabelledFrames],
    mean: NDArray[np.float32],
    deviation: NDArray[np.float32],
    draw: np.random.Generator,
) -> tuple[Tensor, Tensor]:
    """Cut into chunks with context: (n, chunk + context - 2, 40) half floats and (n, chunk / 3) labels."""
    frames, labels = [], []
    for each in utterances:
        normal = ((each.features - mean) / deviation).astype(np.float16)
        padded = np.concatenate([np.repeat(normal[:1], _LEFT, 0), normal, np.repeat(normal[-1:], _RIGHT, 0)])
        for start in range(int(draw.integers(0, 3)), len(each.labels) - _CHUNK + 1, _CHUNK):
            frames.append(padded[start : start + _CHUNK + _LEFT + _RIGHT - 2])
            labels.append(each.labels[start : start + _CHUNK : SUBSAMPLING])
    return torch.from_numpy(np.stack(frames)), torch.from_numpy(np.stack(labels)).long()


def _fit(
    network: TimeDelayNetwork, frames: Tensor, labels: Tensor, plan: TrainingPlan, report: Callable[[str], None]
) -> float:
    steps = max(1, plan.epochs * -(-len(frames) // plan.batch))
    optimizer = torch.optim.AdamW(network.parameters(), plan.peak_rate, weight_decay=1e-4)
    started, step, accuracy = time.monotonic(), 0, 0.0
    network.train()
    for epoch in range(plan.epochs):
        hits = seen = 0
        for chosen in torch.split(torch.randperm(len(frames)), plan.batch):
            # The rate falls with the work done or the time spent, whichever is further on.
            progress = max(step / steps, (time.monotonic() - started) / plan.limit_seconds)
            if progress >= 1.0:
                return accuracy
            for group in optimizer.param_groups:
                group["lr"] = _learning_rate(progress, plan.peak_rate)
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(frames[chosen].float())
            loss = nn.functional.cross_entropy(scores.float().flatten(0, 1), labels[chosen].flatten())
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            step += 1
            hits += int((scores.argmax(2) == labels[chosen]).sum())
            seen += labels[chosen].numel()
            accuracy = hits / seen
            if step % 200 == 0:
                report(f"step {step}/{steps} epoch {epoch} accuracy {accuracy:.3f} {time.monotonic() - started:.0f} s")
    return accuracy


def _learning_rate(progress: float, peak: float) -> float:
    """Warm up over the first tenth, then fall along a cosine."""
    if progress < 0.1:
        return peak * (0.05 + 0.95 * progress / 0.1)
    return peak * (0.005 + 0.995 * 0.5 * (1 + float(np.cos(np.pi * (progress - 0.1) / 0.9))))


def _fold(network: TimeDelayNetwork, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> tuple[Layer, ...]:
    """Fold the input normalisation into the first layer and each batch norm into the next."""
    state = {name: values.detach().numpy() for name, values in network.state_dict().items()}
    scale, shift = np.float32(1) / deviation, -mean / deviation
    layers = []
    for depth, splice in enumerate(SPLICES):
        weight, bias = _folded(state, f"affines.{depth}", scale, shift, len(splice))
        layers.append(Layer(f"tdnn{depth + 1}", splice, weight, bias, "RectifiedLinearComponent"))
        scale = state[f"norms.{depth}.weight"] / np.sqrt(state[f"norms.{depth}.running_var"] + np.float32(1e-5))
        shift = state[f"norms.{depth}.bias"] - state[f"norms.{depth}.running_mean"] * scale
    weight, bias = _folded(state, "output", scale, shift, 1)
    return (*layers, Layer("output", (0,), weight, bias, "LogSoftmaxComponent"))


def _folded(
    state: dict[str, NDArray[np.float32]],
    name: str,
    scale: NDArray[np.float32],
    shift: NDArray[np.float32],
    copies: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
    return weight * np.tile(scale, copies), bias + weight @ np.tile(shift, copies)
