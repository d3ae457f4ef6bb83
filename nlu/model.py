"""The network that is trained: an encoder, and heads for intents, for a second request and for entities.

Each intent looks at the sentence through an attention of its own; where it looks says in which order requests are
made. Context tokens stand between [CLS] and the text: they are read by the encoder but never looked at by an intent.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from nlu.crf_loss import ChainLoss
from nlu.dropout import replace_dropout
from nlu.word_encoder import WordEncoder

_OUT_OF_SIGHT: Final = -1e4


class Outputs(NamedTuple):
    """What the network says of a batch of B sentences with L tokens each."""

    intents: Tensor
    """Logits [B, intents]."""
    places: Tensor
    """Mean token at which each intent looks [B, intents]."""
    second: Tensor
    """Logit that there is more than one request [B]."""
    tags: Tensor
    """Emissions of the chain over the tags [B, L, tags]."""
    attention: Tensor
    """Weight of each token for each intent [B, L, intents]."""
    acts: Tensor
    """Logits of the dialogue acts [B, acts]; of no use where there are none."""


TextEncoder: TypeAlias = PreTrainedModel | WordEncoder
"""What reads token numbers: a transformers model, or our own over words."""


class JointNetwork(nn.Module):
    """Encoder and heads."""

    def __init__(
        self, encoder: TextEncoder, *, intent_count: int, tags: Sequence[str], act_count: int, dropout: float = 0.15
    ) -> None:
        super().__init__()
        width = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.glance = nn.Linear(width, intent_count)
        self.verdict = nn.Linear(width, intent_count)
        self.whole = nn.Linear(width, intent_count, bias=False)
        self.second = nn.Linear(2 * width, 1)
        self.acts = nn.Linear(2 * width, max(act_count, 1))
        self.has_acts = act_count > 0
        self.tags = nn.Linear(width, len(tags))
        self.hints = nn.Embedding(len(tags), encoder.get_input_embeddings().weight.shape[1])
        self.hinted_tags = nn.Embedding(len(tags), len(tags))
        self.chain = ChainLoss(tags)
        nn.init.zeros_(self.hints.weight)
        nn.init.zeros_(self.hinted_tags.weight)
        replace_dropout(self)

    def forward(self, ids: Tensor, mask: Tensor, sight: Tensor, hints: Tensor) -> Outputs:
        """Read token numbers, attention mask, the mask of the text's own tokens and the parsers' hints, all [B, L].

        Token numbers may be [B, L, F]: the features of each token.
        """
        embedded = self.encoder.get_input_embeddings()(ids) + self.hints(hints)
        states = self.dropout(self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state)
        seen = sight.unsqueeze(2).to(states.dtype)
        attention = torch.softmax(self.glance(states) + (1.0 - seen) * _OUT_OF_SIGHT, dim=1)
        evidence = (attention * self.verdict(states)).sum(dim=1)
        first = states[:, 0]
        mean = (states * seen).sum(dim=1) / seen.sum(dim=1).clamp(min=1.0)
        gist = torch.cat([first, mean], dim=1)
        numbers = torch.arange(ids.shape[1], dtype=states.dtype, device=ids.device)
        return Outputs(
            intents=evidence + self.whole(first),
            places=(attention * numbers[None, :, None]).sum(dim=1),
            second=self.second(gist).squeeze(1),
            tags=self.tags(states) + self.hinted_tags(hints),
            attention=attention,
            acts=self.acts(gist),
        )


def load_encoder(folder: Path | None, *, vocabulary_size: int, dropout: float) -> BertModel:
    """Return the pretrained encoder of `folder`, or a small untrained one of the same shape."""
    drops = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": 0.0}
    if folder is not None:
        disable_progress_bar()
        encoder = BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation="eager", **drops)
        assert isinstance(encoder, BertModel)
        return encoder.float()
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=1024,
        max_position_embeddings=256,
        attn_implementation="eager",
        **drops,
    )
    return BertModel(config, add_pooling_layer=False)
