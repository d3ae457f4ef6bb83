"""Item 3: account data only for those who have shown who they are; the words count as well as the log."""

from __future__ import annotations

import re

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^，,]+")


def check_identity(hearing: Hearing) -> Finding:
    """Every protected action had its level; every account figure was told to a verified person."""
    done = [(turn, run) for turn in hearing.turns for run in turn.actions if run.level_required >= 1 and run.ok]
    told = [(turn, words) for turn in hearing.service if (words := _account_figure(hearing, turn))]
    if not done and not told:
        return NOT_APPLICABLE
    for turn, run in done:
        if run.level_held < run.level_required:
            reason = f"操作 {run.name} 需要 {run.level_required} 级核验，当时只有 {run.level_held} 级"
            return Finding(0.0, reason, (Evidence(turn.n, run.name),))
    for turn, words in told:
        if not _was_verified(hearing, turn):
            return Finding(0.0, "没有核验身份就说出了账户数据", (Evidence(turn.n, words),))
    shown = done[0][0] if done else told[0][0]
    return Finding(1.0, "先核验身份，再办理或告知", (Evidence(shown.n, shown.text),))


def _account_figure(hearing: Hearing, turn: Turn) -> str | None:
    """The first words that tell a figure of the customer's account, not of a tariff and not of a sum done for him."""
    lexicon = hearing.lexicon
    heard = hearing.said_before(turn)
    if (filed := lexicon.find("file_told", turn.text)) is not None:
        return filed.group()
    for sentence in _SENTENCE.finditer(turn.text):
        is_asked = turn.text[sentence.end() : sentence.end() + 1] in ("？", "?")
        supposes = lexicon.has("supposed_figure", sentence.group())
        if is_asked or supposes or not lexicon.has("account_possessive", sentence.group()):
            continue
        for clause in _CLAUSE.findall(sentence.group()):
            match = lexicon.find("account_figure", clause)
            if match and not lexicon.has("general_figure", clause) and not _was_said(match.group(), heard):
                return match.group()
    return None


def _was_said(words: str, heard: str) -> bool:
    """Whether every figure had come from the customer himself."""
    figures = re.findall(r"\d+(?:\.\d+)?", words)
    return bool(figures) and all(re.search(rf"(?<!\d){re.escape(figure)}(?!\d)", heard) for figure in figures)


def _was_verified(hearing: Hearing, told: Turn) -> bool:
    """Whether identity had been shown before this turn, by the log or by the words; a failure undoes it."""
    lexicon = hearing.lexicon
    has_passed, was_asked = False, False
    for turn in (*hearing.before(told), told):
        if any(run.level_held >= max(run.level_required, 1) and run.ok for run in turn.actions):
            return True
        if turn.role == "customer":
            has_passed = has_passed or (was_asked and _answers(turn))
            continue
        if lexicon.has("identity_failed", turn.text):
            has_passed = was_asked = False
        elif lexicon.has("identity_confirmed", turn.text):
            has_passed = True
        if turn is not told:
            was_asked = was_asked or lexicon.has("asks_identity", turn.text)
    return has_passed


def _answers(turn: Turn) -> bool:
    """Whether a customer's turn can be an answer to a question of identity, not a refusal."""
    text = turn.text.strip()
    if _CODE.search(text) or re.search(r"[\d一二三四五六七八九零幺两]{4,}", text):
        return True
    refuses = re.search(r"不(记得|知道|想|方便|告诉|说|给|用|是)|没有|忘|凭什么|为什么|干嘛|算了|[?？]|先", text)
    return refuses is None
