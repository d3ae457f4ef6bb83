"""The first stage: guess masked characters; the output projection is computed at the masked places only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertConfig, BertForMaskedLM

from nlu.encoder.corpus import Batch, BatchStream, load_text
from nlu.encoder.schedule import Progress, Run, Schedule
from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.vocabulary import FIRST_CHARACTER_ID, MASK_ID, PAD_ID, choose_tokens, count_characters
from nlu.encoder.workers import Workers

MASKED_SHARE: Final = 0.15
BATCHES_PER_STEP: Final = 4
TOKENS_PER_BATCH: Final = 2048  # what fits the cache of a core


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The size of the encoder."""

    layers: int = 4
    hidden: int = 256
    heads: int = 4
    feed_forward: int = 1024
    max_length: int = 192


def build_config(tokens: int, shape: EncoderShape) -> BertConfig:
    """Return the transformers configuration of our encoder; no dropout, for texts are many and passes few."""
    return BertConfig(
        vocab_size=tokens,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.max_length,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=PAD_ID,
    )


def build_vocabulary(text_folder: Path, out: Path, *, shape: EncoderShape | None = None) -> CharTokenizer:
    """Count the corpus's characters; write vocab.txt and config.json to `out`."""
    shape = shape or EncoderShape()
    counts: Counter[str] = Counter()
    for source in load_text(text_folder):
        counts += count_characters(["\n".join(source.lines)])
    vocabulary = choose_tokens(counts)
    out.mkdir(parents=True, exist_ok=True)
    vocabulary.save(out / "vocab.txt")
    build_config(len(vocabulary), shape).save_pretrained(out)
    return CharTokenizer(vocabulary, max_length=shape.max_length)


def pretrain_masked(
    text_folder: Path,
    out: Path,
    schedule: Schedule,
    *,
    own_folders: Sequence[Path] = (),
    workers: Workers | None = None,
    seed: int = 1,
) -> Progress:
    """Train masked characters from `out`/config.json and vocab.txt, or its checkpoint; write weights to `out`."""
    torch.manual_seed(seed)
    # Eager attention: for rows this short it is a third faster on a CPU than the fused kernel.
    model = BertForMaskedLM(BertConfig.from_pretrained(str(out), attn_implementation="eager"))
    workers = workers or Workers(1)
    run = Run(model, out, schedule, workers)
    seed += run.progress.steps
    random = np.random.default_rng(seed)
    tokenizer = CharTokenizer.load(out, max_length=model.config.max_position_embeddings)
    texts = load_text(text_folder)
    batches = iter(BatchStream(texts, tokenizer, own_folders=own_folders, tokens_per_batch=TOKENS_PER_BATCH, seed=seed))

    def backward() -> tuple[float, int]:
        parts = [next(batches) for _ in range(BATCHES_PER_STEP)]
        masked = [(part, *mask_batch(part, model.config.vocab_size, random)) for part in parts]
        losses = workers.map(lambda part: _backward_one(model, *part), masked)
        return sum(losses) / len(losses), sum(part.size for part in parts)

    progress = run.train(backward)
    model.bert.save_pretrained(str(out))  # the head stays in the checkpoint
    return progress


def _backward_one(model: BertForMaskedLM, ids: Batch, masked: Batch, picked: NDArray[np.bool_]) -> float:
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):  # the cache is shared by all threads
        loss = masked_loss(model, ids, masked, picked)
    (loss / BATCHES_PER_STEP).backward()  # type: ignore[no-untyped-call]
    return loss.item()


def masked_loss(model: BertForMaskedLM, ids: Batch, masked: Batch, picked: NDArray[np.bool_]) -> Tensor:
    """Return the cross entropy at the picked places of `ids`, [rows, length] without padding."""
    where = torch.from_numpy(picked)
    hidden = model.bert(torch.from_numpy(masked)).last_hidden_state[where]
    return nn.functional.cross_entropy(model.cls(hidden).float(), torch.from_numpy(ids)[where])


def mask_batch(ids: Batch, tokens: int, random: np.random.Generator) -> tuple[Batch, NDArray[np.bool_]]:
    """Return the masked ids and where they are to be guessed: 80 % [MASK], 10 % another character, 10 % left."""
    masked = ids.copy()
    picked = (random.random(ids.shape) < MASKED_SHARE) & (ids >= FIRST_CHARACTER_ID)
    if not picked.any():
        picked[:, 1] = True
    kind = random.random(ids.shape)
    masked[picked & (kind < 0.8)] = MASK_ID
    other = picked & (kind >= 0.9)
    masked[other] = random.integers(FIRST_CHARACTER_ID, tokens, int(other.sum()))
    return masked, picked
