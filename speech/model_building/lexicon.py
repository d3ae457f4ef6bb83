"""Pronunciations: the phones that the synthesizer itself makes of each piece, with those of its other readings.

Phones are espeak's mnemonics without stress; tones are not in them, the language model tells homophones apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pypinyin import Style, lazy_pinyin, pinyin

from speech.synthesizers.espeak_library import EspeakLibrary, Utterance

SILENCE = "sil"
_CHARACTERS, _PINYIN = "cmn", "cmn-latn-pinyin"
_RARE = 0.02
Pronunciation = tuple[str, ...]


def clean_phone(name: str) -> str:
    """Return the mnemonic without stress marks; empty for a pause or a change of language."""
    bare = name.replace("'", "").replace(",", "")
    return "" if bare.startswith("_") or bare in ("(en)", "(cmn)") else bare


def phones_of(utterance: Utterance) -> Pronunciation:
    """Return the phones of an utterance without pauses."""
    return tuple(filter(None, (clean_phone(phone.name) for phone in utterance.phones)))


def build_lexicon(
    pieces: Iterable[str], sentences: Iterable[str], espeak: EspeakLibrary
) -> dict[str, tuple[Pronunciation, ...]]:
    """Return each piece's pronunciations, the first by characters, others by readings that the sentences show."""
    pieces = list(pieces)
    espeak.set_voice(_CHARACTERS)
    spoken = {piece: phones_of(espeak.speak(piece)) for piece in pieces}
    espeak.set_voice(_PINYIN)
    syllables: dict[str, Pronunciation] = {}
    readings = _readings_of_characters(sentences)
    lexicon = {}
    for piece in pieces:
        ways = [spoken[piece]]
        ways += [
            tuple(phone for syllable in reading for phone in _phones_of_syllable(syllable, syllables, espeak))
            for reading in _readings_of_piece(piece, readings)
        ]
        lexicon[piece] = tuple(dict.fromkeys(way for way in ways if way))
    return {piece: ways for piece, ways in lexicon.items() if ways}


def _phones_of_syllable(syllable: str, known: dict[str, Pronunciation], espeak: EspeakLibrary) -> Pronunciation:
    if syllable not in known:
        known[syllable] = phones_of(espeak.speak(syllable))
    return known[syllable]


def _readings_of_characters(sentences: Iterable[str]) -> Mapping[str, Counter[str]]:
    """Count in which reading each character stands in the sentences (phrases decide: 银行 hang, 行不行 xing)."""
    counts: dict[str, Counter[str]] = {}
    for sentence in sentences:
        syllables = lazy_pinyin(sentence, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
        if len(syllables) == len(sentence):
            for char, syllable in zip(sentence, syllables, strict=True):
                counts.setdefault(char, Counter())[syllable] += 1
    return counts


def _readings_of_piece(piece: str, readings: Mapping[str, Counter[str]]) -> list[list[str]]:
    if len(piece) > 1:
        rows = pinyin(piece, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
        return [[row[0] for row in rows]]
    counts = readings.get(piece, Counter())
    total = sum(counts.values())
    return [[syllable] for syllable, count in counts.most_common(3) if count >= max(1, _RARE * total)]
