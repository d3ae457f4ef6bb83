"""The training loop: joint loss of intents, second request, order and entities."""

import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from nlu.batches import IGNORED, Batch, BatchBuilder
from nlu.dropout import seed_dropout
from nlu.encoder.workers import Workers
from nlu.labels import Labels
from nlu.model import JointNetwork, Outputs
from nlu.optimizer import Optimizer
from nlu.options import TrainingOptions
from nlu.sentence import Sentence
from nlu.warm_start import Anchor

ORDER_WEIGHT = 0.3
SECOND_WEIGHT = 0.5
ACT_WEIGHT = 0.3


class EpochSource(Protocol):
    """Whatever makes the sentences of one epoch."""

    def epoch(self) -> Iterable[Sentence]: ...


class NetworkTrainer:
    """Fits one network; `run` may be called again with more sentences and a smaller learning rate."""

    def __init__(
        self,
        network: JointNetwork,
        builder: BatchBuilder,
        labels: Labels,
        options: TrainingOptions,
        progress: Callable[[str], None],
        anchor: Anchor | None = None,
    ) -> None:
        self.network = network
        self._builder = builder
        self._labels = labels
        self._options = options
        self._progress = progress
        self._workers = Workers(options.threads or os.cpu_count() or 1)
        self._anchor = anchor

    def run(self, source: EpochSource, *, epochs: float, rate: float = 1.0) -> None:
        """Train for `epochs` passes over what `source` yields; `rate` multiplies the learning rates."""
        options = self._options
        sentences = list(source.epoch())
        steps = self._count_steps(len(sentences), epochs, rate)
        weights = self._intent_weights(sentences)
        optimizer = Optimizer(self.network, options, rate=rate, steps=steps)
        self.network.train()
        done = epoch = 0
        while done < steps:
            losses = []
            for parts in self._builder.shuffle(sentences, size=options.batch_size, seed=options.seed + epoch):
                losses.append(self._learn(parts, weights, seed=done))
                optimizer.step()
                done += 1
                if done >= steps:
                    break
            epoch += 1
            self._progress(f"epoch {epoch}: step {done} of {steps}, loss {sum(losses) / len(losses):.4f}")
            if done < steps:
                sentences = list(source.epoch())
        self.network.eval()

    def _count_steps(self, sentences: int, epochs: float, rate: float) -> int:
        options = self._options
        steps_per_epoch = math.ceil(sentences / options.batch_size)
        wanted = max(math.ceil(epochs * steps_per_epoch), math.ceil(options.least_steps * rate))
        return min(wanted, max(options.most_steps, steps_per_epoch))

    def _learn(self, parts: Sequence[Batch], weights: Tensor, *, seed: int) -> float:
        """Leave the gradients of one batch, whose parts are worked on side by side; return the loss."""
        total = sum(len(part.ids) for part in parts)

        def learn_part(number: int) -> float:
            part = parts[number]
            seed_dropout(self._options.seed, seed, number)
            with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16(), cache_enabled=False):
                outputs = self.network(part.ids, part.mask, part.sight, part.hints)
            loss = self._loss(outputs, part, weights)
            if self._anchor is not None:
                loss = loss + self._anchor.loss(outputs, part)
            loss = loss * (len(part.ids) / total)
            loss.backward()  # type: ignore[no-untyped-call]
            return float(loss.detach())

        return sum(self._workers.map(learn_part, range(len(parts))))

    def _loss(self, outputs: Outputs, batch: Batch, weights: Tensor) -> Tensor:
        share = self._options.label_smoothing
        targets = batch.intents * (1 - share) + share / batch.intents.shape[1]
        each = -(targets * functional.log_softmax(outputs.intents.float(), dim=1)).sum(dim=1)
        importance = (batch.intents * weights).sum(dim=1)
        intents = (each * importance).sum() / importance.sum()
        second = functional.binary_cross_entropy_with_logits(outputs.second.float(), batch.second)
        tags: Tensor = self.network.chain(outputs.tags, batch.tags, batch.tags != IGNORED)
        order = _order_loss(outputs.attention.float(), batch.owners)
        loss = intents + SECOND_WEIGHT * second + self._options.tag_weight * tags + ORDER_WEIGHT * order
        if self.network.has_acts:
            acts = functional.cross_entropy(
                outputs.acts.float(), batch.acts, ignore_index=IGNORED, label_smoothing=share
            )
            loss = loss + ACT_WEIGHT * acts
        return loss

    def _intent_weights(self, sentences: Sequence[Sentence]) -> Tensor:
        """Rare intents weigh more, by the square root, within a factor of four; urgent ones more still."""
        counts = Counter(name for sentence in sentences for name in sentence.intents)
        mean = sum(counts.values()) / max(len(counts), 1)
        weights = [min(2.0, max(0.5, math.sqrt(mean / max(counts[name], 1)))) for name in self._labels.intents]
        urgent = [name in self._options.urgent_intents for name in self._labels.intents]
        factors = [self._options.urgent_weight if is_urgent else 1.0 for is_urgent in urgent]
        return torch.tensor(weights) * torch.tensor(factors)


def has_fast_bfloat16() -> bool:
    """Say whether this processor multiplies bfloat16 faster than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported())


def _order_loss(attention: Tensor, owners: Tensor) -> Tensor:
    """Punish an intent of a joined sentence for looking outside its own part."""
    rows, columns = torch.nonzero(owners != IGNORED, as_tuple=True)
    if len(rows) == 0:
        return attention.new_zeros(())
    intents = owners[rows, columns]
    keys = rows * attention.shape[2] + intents
    unique, inverse = torch.unique(keys, return_inverse=True)
    mass = attention.new_zeros(len(unique)).index_add(0, inverse, attention[rows, columns, intents])
    return -torch.log(mass.clamp(min=1e-6)).mean()
