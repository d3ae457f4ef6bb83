"""The linear chain over the entity tags in training: its transitions, and how surprising the true tags are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from nlu.crf import Transitions, forbid_in_bio

_TINY: Final = 1e-30


class ChainLoss(nn.Module):
    """Negative log-likelihood of tag sequences; T tags."""

    rules_between: Tensor
    rules_first: Tensor

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__()
        count = len(tags)
        rules = forbid_in_bio(tags)
        self.between = nn.Parameter(torch.zeros(count, count))
        self.first = nn.Parameter(torch.zeros(count))
        self.last = nn.Parameter(torch.zeros(count))
        self.register_buffer("rules_between", torch.from_numpy(rules.between))
        self.register_buffer("rules_first", torch.from_numpy(rules.first))

    def forward(self, emissions: Tensor, tags: Tensor, known: Tensor) -> Tensor:
        """Return the surprise of a token, the mean over all known ones of the batch.

        `emissions`: [B, L, T]; `tags`: true tags [B, L]; `known`: where they count [B, L]; the others are as if they
        were not there, so that the chain leads from one known token to the next.
        """
        order = torch.argsort(known.logical_not().to(torch.uint8), dim=1, stable=True)[:, : int(known.sum(1).max())]
        emissions = emissions.float().gather(1, order.unsqueeze(2).expand(-1, -1, emissions.shape[2]))
        tags = tags.gather(1, order).clamp(min=0)
        mask = known.gather(1, order)
        if not mask.shape[1]:
            return emissions.sum() * 0.0
        surprise = self._log_partition(emissions, mask) - self._score(emissions, tags, mask)
        return surprise[mask[:, 0]].sum() / mask.sum()

    def transitions(self) -> Transitions:
        """Return what has been learnt, with the rules, for serving."""
        between = (self.between + self.rules_between).detach().float().numpy()
        first = (self.first + self.rules_first).detach().float().numpy()
        return Transitions(between, first, np.asarray(self.last.detach().float().numpy()))

    def _score(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Return the score of the true path [B]."""
        present = mask.float()
        said = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)
        steps = (self.between + self.rules_between)[tags[:, :-1], tags[:, 1:]]
        end = tags.gather(1, (mask.sum(dim=1, keepdim=True) - 1).clamp(min=0)).squeeze(1)
        score = (said * present).sum(dim=1) + (steps * present[:, 1:]).sum(dim=1)
        return score + (self.first + self.rules_first)[tags[:, 0]] + self.last[end]

    def _log_partition(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return the logarithm of the sum over all paths [B]: products of matrices, rescaled at each token."""
        weights = (self.between + self.rules_between).exp()
        alpha = self.first + self.rules_first + emissions[:, 0]
        for place in range(1, emissions.shape[1]):
            highest = alpha.amax(dim=1, keepdim=True).detach()
            summed = ((alpha - highest).exp() @ weights).clamp(min=_TINY).log() + highest
            alpha = torch.where(mask[:, place : place + 1], summed + emissions[:, place], alpha)
        return torch.logsumexp(alpha + self.last, dim=1)
