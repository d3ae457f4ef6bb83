"""The training loop: joint loss of intents, second request, order and entities."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.batches import IGNORED, Batch, BatchBuilder
from nlu.labels import Labels
from nlu.model import JointNetwork, Outputs
from nlu.options import TrainingOptions
from nlu.sentence import Sentence

ORDER_WEIGHT = 0.3
SECOND_WEIGHT = 0.5


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
    ) -> None:
        self.network = network
        self._builder = builder
        self._labels = labels
        self._options = options
        self._progress = progress

    def run(self, source: EpochSource, *, epochs: float, rate: float = 1.0) -> None:
        """Train for `epochs` passes over what `source` yields; `rate` multiplies the learning rates."""
        options = self._options
        first = list(source.epoch())
        steps_per_epoch = math.ceil(len(first) / options.batch_size)
        wanted = max(math.ceil(epochs * steps_per_epoch), math.ceil(options.least_steps * rate))
        steps = min(wanted, max(options.most_steps, steps_per_epoch))
        weights = self._intent_weights(first)
        optimizer = _build_optimizer(self.network, options, rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _slope(step, steps, options.warmup))
        self.network.train()
        done = epoch = 0
        while done < steps:
            sentences = first if epoch == 0 else list(source.epoch())
            total, count = 0.0, 0
            for batch in self._builder.shuffle(sentences, size=options.batch_size, seed=options.seed + epoch):
                total += self._step(batch, weights, optimizer)
                schedule.step()
                done, count = done + 1, count + 1
                if done >= steps:
                    break
            epoch += 1
            self._progress(f"epoch {epoch}: step {done} of {steps}, loss {total / max(count, 1):.4f}")
        self.network.eval()

    def _step(self, batch: Batch, weights: Tensor, optimizer: torch.optim.Optimizer) -> float:
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
            outputs = self.network(batch.ids, batch.mask, batch.sight, batch.hints)
        loss = self._loss(outputs, batch, weights)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())

    def _loss(self, outputs: Outputs, batch: Batch, weights: Tensor) -> Tensor:
        share = self._options.label_smoothing
        targets = batch.intents * (1 - share) + share / batch.intents.shape[1]
        each = -(targets * functional.log_softmax(outputs.intents.float(), dim=1)).sum(dim=1)
        importance = (batch.intents * weights).sum(dim=1)
        intents = (each * importance).sum() / importance.sum()
        second = functional.binary_cross_entropy_with_logits(outputs.second.float(), batch.second)
        tags = functional.cross_entropy(outputs.tags.float().flatten(0, 1), batch.tags.flatten(), ignore_index=IGNORED)
        order = _order_loss(outputs.attention.float(), batch.owners)
        return intents + SECOND_WEIGHT * second + self._options.tag_weight * tags + ORDER_WEIGHT * order

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


def _build_optimizer(network: JointNetwork, options: TrainingOptions, rate: float) -> torch.optim.Optimizer:
    encoder = list(network.encoder.parameters())
    known = {id(parameter) for parameter in encoder}
    heads = [parameter for parameter in network.parameters() if id(parameter) not in known]
    return torch.optim.AdamW(
        [
            {"params": encoder, "lr": options.learning_rate * rate},
            {"params": heads, "lr": options.head_learning_rate * rate},
        ],
        weight_decay=0.01,
        fused=True,
    )


def _slope(step: int, steps: int, warmup: float) -> float:
    rise = max(1, int(steps * warmup))
    return (step + 1) / rise if step < rise else max(0.02, (steps - step) / max(1, steps - rise))
