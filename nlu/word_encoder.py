"""The network over words: a bag of features becomes a vector, neighbours are read together, then the whole sentence.

It has the few attributes of a transformers encoder that `JointNetwork` uses, so that the same heads stand on it.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.dropout import ByteDropout
from nlu.encoder.vocabulary import FIRST_CHARACTER_ID, PAD_ID

_START: Final = 0.1
"""Standard deviation of an embedding before training."""
_OUT_OF_SIGHT: Final = -1e4


@dataclass(frozen=True, slots=True)
class WordShape:
    """Sizes."""

    features: int
    """Numbers that the tokenizer gives."""
    embedding: int = 128
    """Of a word, before anything else of the sentence is known."""
    hidden_size: int = 192
    """Of a word in its sentence."""
    neighbour_layers: int = 2
    heads: int = 4
    lost_features: float = 0.5
    """Share of a word's features that are hidden from the training."""
    lost_words: float = 0.1
    dropout: float = 0.3


class WordStates(NamedTuple):
    """What the encoder gives."""

    last_hidden_state: Tensor
    """[B, L, hidden_size]."""


class FeatureBag(nn.Module):
    """Features of each word [B, L, F] -> the scaled sum of their embeddings [B, L, embedding]."""

    def __init__(self, shape: WordShape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape.features, shape.embedding) * _START)
        self.lose_features = ByteDropout(shape.lost_features)
        self.lose_words = ByteDropout(shape.lost_words)

    def forward(self, ids: Tensor) -> Tensor:
        shares = self._shares(ids)
        if torch.onnx.is_in_onnx_export():
            return (functional.embedding(ids, self.weight) * shares.unsqueeze(3)).sum(dim=2)
        flat = functional.embedding_bag(
            ids.flatten(0, 1), self.weight, per_sample_weights=shares.flatten(0, 1), mode="sum"
        )
        return flat.view(ids.shape[0], ids.shape[1], -1)

    def _shares(self, ids: Tensor) -> Tensor:
        """Return the weight of each feature [B, L, F]: 0 for padding, and for what this step does not see."""
        there = (ids != PAD_ID).to(self.weight.dtype)
        shares = there / there.sum(dim=2, keepdim=True).clamp(min=1.0).sqrt()
        if not self.training:
            return shares
        seen = self.lose_features(shares) * self.lose_words(torch.ones_like(shares[:, :, :1]))
        return torch.where(ids < FIRST_CHARACTER_ID, shares, seen)


class Neighbours(nn.Module):
    """Reads each word with the one before and the one after."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.read = nn.Linear(3 * width, 2 * width)
        self.drop = ByteDropout(dropout)

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        """Return new states [B, L, width]; `seen`: 1.0 where there is a token [B, L, 1]."""
        calm = self.norm(states) * seen
        before = functional.pad(calm[:, :-1], (0, 0, 1, 0))
        after = functional.pad(calm[:, 1:], (0, 0, 0, 1))
        read = functional.glu(self.read(torch.cat([before, calm, after], dim=2)), dim=2)
        return torch.add(states, self.drop(read))


class Overview(nn.Module):
    """Reads each word with all others: attention without places, which the neighbours have told."""

    def __init__(self, shape: WordShape) -> None:
        super().__init__()
        width = shape.hidden_size
        self.heads = shape.heads
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.tell = nn.Linear(width, width)
        self.drop = ByteDropout(shape.dropout)

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        count, length, width = states.shape
        asked = self.ask(self.norm(states)).view(count, length, 3, self.heads, width // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5
        hidden = (1.0 - seen.transpose(1, 2).unsqueeze(1)) * _OUT_OF_SIGHT
        told = torch.softmax(scores + hidden, dim=3) @ value
        return torch.add(states, self.drop(self.tell(told.transpose(1, 2).reshape(count, length, width))))


class WordEncoder(nn.Module):
    """Vectors of words -> states that know the sentence."""

    def __init__(self, shape: WordShape) -> None:
        super().__init__()
        self.config = shape
        self.bag = FeatureBag(shape)
        self.drop = ByteDropout(shape.dropout)
        self.widen = nn.Linear(shape.embedding, shape.hidden_size)
        self.neighbours = nn.ModuleList(
            Neighbours(shape.hidden_size, shape.dropout) for _ in range(shape.neighbour_layers)
        )
        self.overview = Overview(shape)
        self.norm = nn.LayerNorm(shape.hidden_size)

    def get_input_embeddings(self) -> FeatureBag:
        """Return what turns token numbers into vectors."""
        return self.bag

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> WordStates:
        """Read vectors [B, L, embedding] and the mask of the tokens [B, L]."""
        seen = attention_mask.unsqueeze(2).to(inputs_embeds.dtype)
        states = self.widen(self.drop(inputs_embeds))
        for layer in self.neighbours:
            states = layer(states, seen)
        return WordStates(self.norm(self.overview(states, seen)))
