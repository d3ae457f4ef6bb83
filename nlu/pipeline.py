"""From a text and its context to an understanding: the package's front door when it serves.

Synchronous, without side effects, safe to be called from several threads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from nlu.context import decide_from_context, decide_handled, is_wish_to_handle
from nlu.crf import TagChain, load_transitions
from nlu.decision import Decision, Floats, load_decision
from nlu.entities import EntityMerger, as_said, as_typed
from nlu.frontend import FrontEnd, load_front_end, load_tokenizer
from nlu.gazetteer import Gazetteer, load_gazetteer
from nlu.hazards import names_danger
from nlu.hints import FoundValue, mark_values
from nlu.labels import Labels, context_numbers, describe_context, load_labels
from nlu.network import ServedNetwork, load_network
from nlu.pinyin_input import Spelled, spell_pinyin
from nlu.plain_entities import PlainEntities
from nlu.repair import Repaired, Repairer
from nlu.repair_lexicon import DEFAULT_LEXICON
from nlu.requests import decide_requests
from nlu.sparse import SparseClassifier, load_sparse_classifier
from nlu.surfaces import load_surfaces
from nlu.tagging import Tagging
from nlu.understanding import NO_CONTEXT, Act, Context, Intent, Understanding
from nlu.values import find_values, normalise

LONGEST_TEXT: Final = 2000
"""Code points that are read; what comes after is not looked at."""
_RANKED: Final = 10
_LIKELIEST: Final = 2
"""Requests of which one may bear out the words of a closed list."""


FindValues = Callable[[str, datetime, str | None], Sequence[FoundValue]]
"""Text, the time now, the slot that was asked for -> what the parsers find."""


class Pipeline:
    """A loaded model; `parse` is all it does."""

    def __init__(
        self,
        *,
        labels: Labels,
        network: ServedNetwork,
        chain: TagChain,
        sparse: SparseClassifier,
        decision: Decision,
        merger: EntityMerger | PlainEntities,
        context_tokens: dict[str, int],
        gazetteer: Gazetteer,
        find: FindValues,
        clock: Callable[[], datetime],
        repairer: Repairer | None = None,
    ) -> None:
        self.labels = labels
        self._network = network
        self._chain = chain
        self._sparse = sparse
        self._decision = decision
        self._merger = merger
        self._context_tokens = context_tokens
        self._find = find
        self._gazetteer = gazetteer
        self._clock = clock
        self._repairer = repairer
        self._entities = frozenset(name[2:] for name in labels.tags)
        scope = decision.scope_intent
        self._scope = labels.intents.index(scope) if scope in labels.intents else None
        self._tag_numbers = {name: number for number, name in enumerate(labels.tags)}

    @classmethod
    def load(
        cls,
        model_dir: Path,
        clock: Callable[[], datetime],
        *,
        repair: bool = True,
        lexicon: str | None = None,
        training: Mapping[str, object] | None = None,
    ) -> "Pipeline":
        """Read a model folder as `gridtalk train` writes it; ModelError says what is wrong with it.

        `repair`: whether misheard words of the trade are restored first, by the words in `lexicon`, a file.
        `training`: the settings that `gridtalk train` reads from the same place in config.yml; of no use here.
        """
        del training
        labels = load_labels(model_dir)
        front_end = load_front_end(model_dir)
        tokenizer = load_tokenizer(model_dir, front_end)
        return cls(
            labels=labels,
            network=load_network(model_dir, tokenizer),
            chain=TagChain(load_transitions(model_dir, labels.tags)),
            sparse=load_sparse_classifier(model_dir),
            decision=load_decision(model_dir),
            merger=_build_merger(model_dir, front_end),
            context_tokens=context_numbers(tokenizer, labels),
            gazetteer=load_gazetteer(model_dir),
            find=_find_in_chinese if front_end.has_parsers else _find_nothing,
            clock=clock,
            repairer=Repairer.load(Path(lexicon or DEFAULT_LEXICON)) if repair and front_end.has_parsers else None,
        )

    def repair(self, text: str) -> Repaired:
        """Restore the words of the trade that recognition misheard; each character keeps its place."""
        return Repaired(text) if self._repairer is None else self._repairer.repair(text)

    def parse(self, text: str, context: Context = NO_CONTEXT) -> Understanding:
        """Understand `text`; a last user text without its intent is understood first."""
        spelled = Spelled(text) if self._repairer is None else spell_pinyin(text)
        context = self._complete(context)
        read = self.repair(spelled.text[:LONGEST_TEXT]).text
        names = describe_context(context)
        now = self._clock()
        wanted = self._entities | {context.requested_slot}
        found = [value for value in self._find(read, now, context.requested_slot) if value.entity in wanted]
        tokens = [self._context_tokens[name] for name in names if name in self._context_tokens]
        known = self._gazetteer.find(read)
        reading = self._network.read(read, tokens, mark_values(read, [*known, *found], self._tag_numbers))
        tagging = Tagging(reading.tags, reading.encoding, self.labels.tags, self._chain)
        likeliest = [self.labels.intents[number] for number in np.argsort(-reading.logits)[:_LIKELIEST]]
        entities = self._merger.merge(read, tagging, found, now, context.requested_slot, likeliest)
        entities = as_said(entities, spelled.text)
        probabilities = self._decision.probabilities(
            reading.logits,
            self._sparse.margins(read, names),
            novelty=self._sparse.novelty(read, [(entity.start, entity.end) for entity in entities]),
            scope=self._scope,
        )
        intents = decide_requests(
            self.labels.intents,
            probabilities,
            reading.places,
            reading.second,
            self._decision,
            is_danger_named=names_danger([*found, *entities]),
        )
        certain = decide_from_context(read, context, entities, intents[0], self.labels.intents)
        certain = certain or self._decide_handled(read, context)
        if certain is not None:
            intents = (certain,)
        if not read.strip():
            intents = (Intent(intents[0].name, 0.0),)
        act = self._read_act(reading.acts)
        ranked = self._rank(probabilities, intents)
        return Understanding(text, intents[0], intents, ranked, as_typed(entities, text, spelled), act)

    def _complete(self, context: Context) -> Context:
        """Return the context with its last intent, if need be got from the last topic or the last user text."""
        if context.last_intent is not None:
            return context
        if context.last_topic in self.labels.intents:
            return replace(context, last_intent=context.last_topic)
        said = context.last_user_text or context.last_topic
        return context if said is None else replace(context, last_intent=self.parse(said).intent.name)

    def _decide_handled(self, text: str, context: Context) -> Intent | None:
        """Return which business 「那怎么办理」 means outside a flow: the last intent, or that of the last text."""
        if context.active_flow is not None or not is_wish_to_handle(text):
            return None
        said = context.last_user_text or context.last_topic
        earlier = [Intent(context.last_intent, 1.0)] if context.last_intent in self.labels.intents else []
        ranked = () if said is None else self.parse(said).intent_ranking
        return decide_handled([*earlier, *ranked])

    def _read_act(self, shares: Floats) -> Act | None:
        if not len(shares):
            return None
        best = int(shares.argmax())
        return Act(self.labels.acts[best], float(shares[best]))

    def _rank(self, probabilities: Floats, intents: Sequence[Intent]) -> tuple[Intent, ...]:
        """Return the likeliest intents; the one that was decided for stands first, whatever decided it."""
        best = np.argsort(-probabilities)[:_RANKED]
        ranked = [Intent(self.labels.intents[number], float(probabilities[number])) for number in best]
        if len(intents) > 1 or ranked[0] == intents[0]:
            return tuple(ranked)
        return (intents[0], *(intent for intent in ranked if intent.name != intents[0].name))


def _build_merger(model_dir: Path, front_end: FrontEnd) -> EntityMerger | PlainEntities:
    surfaces = load_surfaces(model_dir)
    return EntityMerger(surfaces, normalise) if front_end.has_parsers else PlainEntities(surfaces)


def _find_in_chinese(text: str, now: datetime, requested: str | None) -> Sequence[FoundValue]:
    return find_values(text, now, expected=requested)


def _find_nothing(text: str, now: datetime, requested: str | None) -> Sequence[FoundValue]:
    del text, now, requested  # the parsers are Chinese
    return ()
