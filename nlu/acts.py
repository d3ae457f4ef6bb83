"""Dialogue acts: what a sentence does in the conversation, whatever it is about.

A closed list. The label of an example is its `metadata: {act: ...}`, else it follows from intent and context
(`derive_act`). Only training sets with the dialogue intents of the contract, or with stated acts, have acts at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from nlu.understanding import Context

NEW_REQUEST: Final = "new_request"
FOLLOW_UP: Final = "follow_up"
ANSWER: Final = "answer"

ACTS: Final[Mapping[str, str]] = {
    NEW_REQUEST: "wants something that was not spoken of before, in the middle of something else or not",
    FOLLOW_UP: "goes on with what was just spoken of (那九月的呢, 那怎么办理), or adds to what is being handled",
    ANSWER: "gives the value that the bot has asked for",
    "confirmation": "says yes or no to what the bot has asked",
    "correction": "takes back or replaces what was said before",
    "cancel": "gives up what is being handled",
    "repair": "keeps the talk itself going: say it again, wait, I did not understand",
    "social": "greets, thanks, takes leave, chats, asks the bot about itself",
    "handoff": "wants a person",
    "complaint": "is displeased with the bot; a complaint about the utility is a request like others",
}
_BY_INTENT: Final[Mapping[str, str]] = {
    "affirm": "confirmation",
    "deny": "confirmation",
    "correct": "correction",
    "cancel": "cancel",
    "repeat": "repair",
    "wait": "repair",
    "greet": "social",
    "goodbye": "social",
    "thank": "social",
    "ask_bot": "social",
    "chitchat": "social",
    "request_agent": "handoff",
    "complain_bot": "complaint",
}
_LEAST_KNOWN: Final = 5
"""Dialogue intents of the contract that make a training set one of ours."""


class Labelled(Protocol):
    """What of an example says which act it is."""

    @property
    def intents(self) -> tuple[str, ...]: ...
    @property
    def context(self) -> Context: ...
    @property
    def act(self) -> str | None: ...


def derive_act(intents: Sequence[str], context: Context) -> str:
    """Return the act of a sentence with these requests, which was written for this context.

    A dialogue intent has an act of its own. Another one is an answer where it is the flow that has asked for a slot, a
    follow-up where it is what was spoken of last or in hand, and where nothing is in hand but the context was needed
    to understand the sentence; else a new request. With several requests the first that is no mere politeness counts.
    """
    telling = [_BY_INTENT.get(name, NEW_REQUEST) for name in intents]
    act = next((act for act in telling if act != "social"), telling[0])
    if act != NEW_REQUEST or len(intents) > 1:
        return act
    if context.active_flow is not None:
        if context.active_flow != intents[0]:
            return NEW_REQUEST
        return ANSWER if context.requested_slot is not None else FOLLOW_UP
    return NEW_REQUEST if context.last_intent is None and context.last_topic is None else FOLLOW_UP


def choose_acts(examples: Iterable[Labelled]) -> tuple[str, ...]:
    """Return the acts that a model of these examples can tell, in their order above; none for sets that have none."""
    listed = list(examples)
    intents = {name for example in listed for name in example.intents}
    if len(intents & set(_BY_INTENT)) < _LEAST_KNOWN and not any(example.act for example in listed):
        return ()
    used = {example.act or derive_act(example.intents, example.context) for example in listed}
    return tuple(act for act in ACTS if act in used)
