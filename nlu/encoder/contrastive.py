"""The second stage: sentence vectors, so that what means the same lies close and what does not lies apart.

Loss: in-batch ranking in both directions over unit vectors (InfoNCE; the second sentences of label-0 pairs
are further candidates), plus a ranking: within a source a positive pair is to be closer than a negative one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from nlu.encoder.pairs import Pair, connect_sentences, sample_pairs
from nlu.encoder.schedule import Progress, Run, Schedule
from nlu.encoder.tokenizer import CharTokenizer, pad_batch
from nlu.encoder.vocabulary import FIRST_CHARACTER_ID, MASK_ID
from nlu.encoder.workers import Workers

TEMPERATURE: Final = 0.05
ORDER_SCALE: Final = 20.0
PAIRS_PER_BATCH: Final = 128
MASKED_SHARE: Final = 0.1  # characters hidden at random, in place of dropout
_LONGEST: Final = 64
_BATCHES_PER_CHUNK: Final = 40
_ROWS_PER_PASS: Final = 64  # sentences of about equal length that go through the encoder together
_UNGROUPED_SOURCE: Final = "idiom"  # its synonyms hang together in one huge group


def load_model(folder: Path) -> BertModel:
    """Load the encoder of `folder` (model.safetensors) in fp32."""
    model = BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation="eager")
    assert isinstance(model, BertModel)
    return model.float()


def train_contrastive(
    start: Path,
    out: Path,
    pairs: Sequence[Pair],
    schedule: Schedule,
    *,
    own_pairs: Sequence[Pair] = (),
    own_share: float = 0.35,
    workers: Workers | None = None,
    seed: int = 1,
) -> Progress:
    """Train from the encoder of `start` (or `out`'s checkpoint) and write weights to `out`.

    With `own_pairs`, every batch takes `own_share` of its pairs from them.
    """
    torch.manual_seed(seed)
    model = load_model(start)
    model.config.hidden_dropout_prob = 0.0
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = CharTokenizer.load(start, max_length=min(_LONGEST, model.config.max_position_embeddings))
    tokenizer.vocabulary.save(out / "vocab.txt")
    workers = workers or Workers(1)
    run = Run(model, out, schedule, workers)
    random = np.random.default_rng(seed + run.progress.steps)
    batches = mix_batches(pairs, own_pairs, own_share, random)

    def backward() -> tuple[float, int]:
        batch = next(batches)
        rows = [tokenizer.token_ids(text) for text in _texts(batch)]
        return backward_batch(model, batch, rows, workers, random), sum(map(len, rows))

    progress = run.train(backward)
    model.save_pretrained(str(out))
    return progress


def backward_batch(
    model: BertModel,
    batch: Sequence[Pair],
    rows: Sequence[Sequence[int]],
    workers: Workers,
    random: np.random.Generator,
) -> float:
    """Leave the gradients of a batch in the model and return its loss.

    The sentences go through the model in parts of about equal length, the loss is taken of all vectors together,
    and its gradients go back through the parts.
    """
    order = np.argsort([len(row) for row in rows], kind="stable")
    places = [order[begin : begin + _ROWS_PER_PASS] for begin in range(0, len(order), _ROWS_PER_PASS)]
    padded = [pad_batch([rows[index] for index in part]) for part in places]
    inputs = [(hide_characters(ids, random), mask) for ids, mask in padded]
    parts = workers.map(lambda part: _embed_part(model, *part), inputs)
    vectors = torch.cat([part.detach() for part in parts])[torch.from_numpy(np.argsort(order))].requires_grad_()
    loss = pair_loss(vectors[: len(batch)], vectors[len(batch) :], batch)
    loss.backward()  # type: ignore[no-untyped-call]
    assert vectors.grad is not None
    slopes = torch.split(vectors.grad[torch.from_numpy(order)], [len(part) for part in places])
    workers.map(lambda work: torch.autograd.backward(*work), list(zip(parts, slopes, strict=True)))
    return loss.item()


def _embed_part(model: BertModel, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):  # the cache is shared by all threads
        return embed_ids(model, torch.from_numpy(ids), torch.from_numpy(mask))


def _texts(batch: Sequence[Pair]) -> list[str]:
    return [*(pair.first for pair in batch), *(pair.second for pair in batch)]


def mix_batches(
    pairs: Sequence[Pair], own_pairs: Sequence[Pair], own_share: float, random: np.random.Generator
) -> Iterator[list[Pair]]:
    """Yield batches for ever, `own_share` of each from `own_pairs`; all if there are no other pairs, none if no own."""
    own_count = int(PAIRS_PER_BATCH * (own_share if pairs else 1.0)) if own_pairs else 0
    general = _general_batches(pairs, PAIRS_PER_BATCH - own_count, random) if pairs else None
    own: list[Pair] = []
    while True:
        while len(own) < own_count:
            own += [own_pairs[i] for i in random.permutation(len(own_pairs))]
        batch, own = own[:own_count], own[own_count:]
        yield batch + (next(general) if general else [])


def _general_batches(pairs: Sequence[Pair], size: int, random: np.random.Generator) -> Iterator[list[Pair]]:
    """Yield batches in which pairs that share sentences stand together: a label-0 pair is then a hard negative."""
    group = connect_sentences(pair for pair in pairs if not pair.source.startswith(_UNGROUPED_SOURCE))
    chunk = size * _BATCHES_PER_CHUNK
    while True:
        drawn = _shuffle_groups(sample_pairs(pairs, random), group, random)
        for begin in range(0, len(drawn), chunk):
            part = sorted(drawn[begin : begin + chunk], key=lambda pair: _length_and_group(pair, group))
            batches = [part[at : at + size] for at in range(0, len(part), size)]
            yield from (batches[i] for i in random.permutation(len(batches)))


def _shuffle_groups(pairs: Sequence[Pair], group: Mapping[str, str], random: np.random.Generator) -> list[Pair]:
    """Return the pairs in random order, those of one group together."""
    names = [group.get(pair.first, pair.first) for pair in pairs]
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    rank = random.permutation(len(place))
    order = sorted(range(len(pairs)), key=lambda index: rank[place[names[index]]])
    return [pairs[index] for index in order]


def _length_and_group(pair: Pair, group: Mapping[str, str]) -> tuple[int, str]:
    name = group.get(pair.first, pair.first)
    return len(name), name


def hide_characters(ids: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Return `ids` with a tenth of the characters replaced by [MASK]."""
    hidden = (random.random(ids.shape) < MASKED_SHARE) & (ids >= FIRST_CHARACTER_ID)
    return np.where(hidden, MASK_ID, ids)


def embed_ids(model: BertModel, ids: Tensor, mask: Tensor) -> Tensor:
    """Return mean-pooled unit vectors, fp32 [rows, hidden]."""
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    weight = mask.unsqueeze(-1).float()
    return nn.functional.normalize((states * weight).sum(1) / weight.sum(1), dim=-1)


def embed_texts(model: BertModel, tokenizer: CharTokenizer, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors [texts, hidden], computed in batches of about equal length."""
    rows = [tokenizer.token_ids(text) for text in texts]
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    vectors = np.zeros((len(rows), model.config.hidden_size), dtype=np.float32)
    model.eval()
    with torch.inference_mode():
        for begin in range(0, len(order), 128):
            part = order[begin : begin + 128]
            ids, mask = pad_batch([rows[index] for index in part])
            vectors[part] = embed_ids(model, torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
    return vectors


def pair_loss(first: Tensor, second: Tensor, batch: Sequence[Pair]) -> Tensor:
    """Return the loss of a batch from the unit vectors of its first and second sentences, each [pairs, hidden]."""
    is_match = torch.tensor([pair.is_match for pair in batch])
    cosines = first @ second.T
    loss = order_loss(cosines.diagonal(), is_match, [pair.source for pair in batch])
    if not bool(is_match.any()):
        return loss
    swapped = [replace(pair, first=pair.second, second=pair.first) for pair in batch]
    return loss + 0.5 * (ranking_loss(cosines, batch, is_match) + ranking_loss(cosines.T, swapped, is_match))


def ranking_loss(cosines: Tensor, batch: Sequence[Pair], is_match: Tensor) -> Tensor:
    """Return the cross entropy of finding each matching second sentence among all second sentences of the batch."""
    scores = (cosines / TEMPERATURE).masked_fill(perhaps_same(batch), -1e4)
    return nn.functional.cross_entropy(scores[is_match], torch.arange(len(batch))[is_match])


def perhaps_same(batch: Sequence[Pair]) -> Tensor:
    """Return where the second sentence of a column is no sure negative for the first of a row, bool [pairs, pairs].

    It is none if it is one of the row's sentences, if its pair matches and shares a sentence with the row's, or
    if both are of one topic.
    """
    first, second = _number(_texts(batch)).chunk(2)
    topic, has_topic = _number([pair.topic for pair in batch]), torch.tensor([bool(pair.topic) for pair in batch])
    is_match = torch.tensor([pair.is_match for pair in batch])
    is_own = (second[:, None] == second) | (first[:, None] == second)
    is_linked = is_own | (first[:, None] == first) | (second[:, None] == first)
    same_topic = (topic[:, None] == topic) & has_topic
    return (is_own | (is_linked & is_match) | same_topic) & ~torch.eye(len(batch), dtype=torch.bool)


def order_loss(cosines: Tensor, is_match: Tensor, sources: Sequence[str]) -> Tensor:
    """Return the mean of log(1 + exp(20 (negative - positive))) over pairs of pairs of one source.

    It is CoSENT (Su 2022) with the mean in place of the largest, which in these sets is mostly a wrong label.
    """
    source = _number(sources)
    wrong = (~is_match)[:, None] & is_match[None] & (source[:, None] == source[None])
    margins = ORDER_SCALE * (cosines[:, None] - cosines[None])[wrong]
    return nn.functional.softplus(margins).mean() if len(margins) else cosines.sum() * 0.0


def _number(texts: Sequence[str]) -> Tensor:
    """Return a number for each text, equal for equal texts."""
    numbers: dict[str, int] = {}
    return torch.tensor([numbers.setdefault(text, len(numbers)) for text in texts])
