"""Trains a cross-encoder from the shipped encoder: which of some wordings asks the same as a question.

The sentences are our articles' own. The wrong wordings are those that the encoder takes for near, so that the model
learns what vectors do not tell apart.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from nlu.encoder.contrastive import embed_texts
from nlu.encoder.export import PlainEncoder, quantise, write_graph
from nlu.encoder.onnx_reranker import GRAPH, join_pair
from nlu.encoder.pairs import Topic
from nlu.encoder.tokenizer import CharTokenizer, pad_batch

WRONG: Final = 5
"""Wrong wordings beside a right one."""
NEAR: Final = 12
"""Nearest other topics among which the wrong ones are drawn."""
_GROUPS_PER_BATCH: Final = 8
RATE: Final = 5e-5
"""Learning rate at the beginning; it falls to nothing."""
_CLIP: Final = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A question and wordings, of which the first asks the same."""

    question: str
    wordings: tuple[str, ...]


class PairScorer(nn.Module):
    """Token numbers of a pair -> a logit."""

    def __init__(self, encoder: nn.Module, head: nn.Linear) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits [rows] of token numbers and mask, both [rows, length]."""
        states = self.encoder(ids, mask)
        states = getattr(states, "last_hidden_state", states)
        logits: Tensor = self.head(states[:, 0]).squeeze(-1)
        return logits


def plan_choices(topics: Sequence[Topic], vectors: NDArray[np.float32], random: np.random.Generator) -> list[Choice]:
    """Return a choice for every wording but the first of each topic; `vectors` are those of the first wordings."""
    near = _near_topics(topics, vectors)
    choices: list[Choice] = []
    for place, topic in enumerate(topics):
        for question in topic.questions[1:]:
            wrong = random.permutation(near[place])[:WRONG]
            wordings = (topic.questions[0], *(topics[other].questions[0] for other in wrong))
            choices.append(Choice(question, wordings))
    return [choices[index] for index in random.permutation(len(choices))]


def _near_topics(topics: Sequence[Topic], vectors: NDArray[np.float32]) -> list[list[int]]:
    order = np.argsort(-(vectors @ vectors.T), axis=1)
    names = [topic.name for topic in topics]
    return [[int(other) for other in row if names[other] != names[place]][:NEAR] for place, row in enumerate(order)]


def train_reranker(
    start: Path,
    topics: Sequence[Topic],
    out: Path,
    *,
    epochs: int = 2,
    most: int | None = None,
    rate: float = RATE,
    seed: int = 7,
) -> list[float]:
    """Train on the wordings of topics, write `out`/reranker.onnx and vocab.txt; return the mean loss of each epoch.

    `start` is an encoder's folder (config.json, weights, vocab.txt); `most` limits the choices of an epoch.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    tokenizer = CharTokenizer.load(start)
    encoder = BertModel.from_pretrained(str(start), add_pooling_layer=False).float()
    vectors = embed_texts(encoder, tokenizer, [topic.questions[0] for topic in topics])
    scorer = PairScorer(encoder, nn.Linear(encoder.config.hidden_size, 1))
    losses = []
    choices_an_epoch = min(most or 10**9, sum(len(topic.questions) - 1 for topic in topics))
    steps = epochs * -(-choices_an_epoch // _GROUPS_PER_BATCH)
    optimizer = torch.optim.AdamW(scorer.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / (steps + 1)))
    for _ in range(epochs):
        choices = plan_choices(topics, vectors, random)[:most]
        losses.append(_train_epoch(scorer, tokenizer, choices, optimizer, schedule))
    write_reranker(scorer, start, out)
    return losses


def _train_epoch(
    scorer: PairScorer,
    tokenizer: CharTokenizer,
    choices: Sequence[Choice],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> float:
    """Go through the choices once; return the mean loss."""
    scorer.train()
    total, batches = 0.0, 0
    for batch in _batches(choices):
        loss = choice_loss(scorer, tokenizer, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(scorer.parameters(), _CLIP)
        optimizer.step()
        schedule.step()
        total, batches = total + loss.item(), batches + 1
    return total / max(batches, 1)


def choice_loss(scorer: PairScorer, tokenizer: CharTokenizer, batch: Sequence[Choice]) -> Tensor:
    """Return the cross entropy of choosing the first wording; all choices have equally many."""
    rows = [join_pair(tokenizer, choice.question, wording) for choice in batch for wording in choice.wordings]
    ids, mask = pad_batch(rows)
    logits = scorer(torch.from_numpy(ids), torch.from_numpy(mask)).view(len(batch), -1)
    return nn.functional.cross_entropy(logits, torch.zeros(len(batch), dtype=torch.long))


def _batches(choices: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    for begin in range(0, len(choices), _GROUPS_PER_BATCH):
        yield choices[begin : begin + _GROUPS_PER_BATCH]


def write_reranker(scorer: PairScorer, start: Path, out: Path) -> None:
    """Write the graph with int8 weights and the vocabulary."""
    encoder = scorer.encoder
    assert isinstance(encoder, BertModel)
    out.mkdir(parents=True, exist_ok=True)
    plain = PairScorer(PlainEncoder(encoder), scorer.head).eval()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plain.onnx"
        write_graph(plain, path, output="logits")
        quantise(path, out / GRAPH)
    shutil.copyfile(start / "vocab.txt", out / "vocab.txt")
