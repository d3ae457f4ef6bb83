"""A message that asks for several things is read clause by clause, so that the third request is not lost.

The network says that there are several requests and names two of them as a rule; each clause alone is a plain sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.project import Project
from bot.reconsider import HAZARD
from bot.turn import Understands
from nlu.understanding import Context, Intent, Understanding

SURE = 0.75
"""Probability from which a clause is a request of its own, where the network says that there are several."""
SURE_ALONE = 0.95
"""The same where it says that there is one; of 82 such sentences in data/nlu this takes one for two."""
FEWEST = 2
"""Clauses that ask for something from which one may have been lost."""
MOST = 6
"""Clauses of a message that are read by themselves: each costs a run of the network."""


@dataclass(frozen=True, slots=True)
class FurtherRequests:
    """Understands as the model does, with the requests of a message that it has no room for."""

    nlu: Understands
    project: Project

    def parse(self, text: str, context: Context) -> Understanding:
        """Understand one message in its context."""
        understanding = self.nlu.parse(text, context)
        known = understanding.intents
        clauses = self.project.domain.phrases.further_clauses(text)
        if len(clauses) < FEWEST:
            return understanding
        least = SURE if len(known) > 1 else SURE_ALONE
        asked = [self.nlu.parse(clause, Context(channel=context.channel)).intent for clause in clauses[:MOST]]
        further = {intent.name: intent for intent in asked if intent.confidence >= least and self._is_request(intent)}
        if further.keys() <= {intent.name for intent in known} or (
            len(known) == 1 and known[0].name not in (*further, HAZARD)
        ):
            return understanding
        if len(known) == 1 and known[0].name != HAZARD:
            intents = tuple(further.values())
            return replace(understanding, intent=intents[0], intents=intents)
        return replace(understanding, intents=_in_order(known, further))

    def _is_request(self, intent: Intent) -> bool:
        """Say whether a clause asks for something; a danger is what the whole message says it is."""
        flow = self.project.flow_for(intent.name)
        return flow is not None and flow.kind != "pattern" and intent.name != HAZARD


def _in_order(known: tuple[Intent, ...], further: dict[str, Intent]) -> tuple[Intent, ...]:
    """Return all requests: first what comes first of those known, the others as they were said."""
    by_name = {intent.name: intent for intent in known}
    said = [by_name.get(name, intent) for name, intent in further.items()]
    rest = [intent for intent in known[1:] if intent.name not in further]
    return (known[0], *(intent for intent in said if intent.name != known[0].name), *rest)
