"""Item 3: account data only for those who have shown who they are; the words count as well as the log."""

from __future__ import annotations

import re

from eval.quality.digit_runs import digit_groups
from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.items.account_facts import find_account_facts
from eval.quality.transcript import Turn

_PROOF_LENGTHS = (3, 4, 6, 18)
"""Digits of a code, of the end of an identity number, of a whole one; an account number or a phone shows nothing."""
_ASKED_BACK = re.compile(r"(是否|是不是|有没有)[^，。？?]{0,6}|(正确|无误|一致|没错|没问题)(吗|么|吧|嘛)")
_YES = re.compile(
    r"(嗯+|哦|噢|喔|好+的?|行|可以|是的?|对的?|中|ok|没问题|没错|知道了?|明白了?|等(等|一?下|会儿?|着)?|稍等|我?去?(找找|看看|查查|翻翻|问问|想想|(找|看|查|翻|问|想)一下)"
    r"|谢谢|麻烦您?了?|啊|呢|吧|了|呀|嘛|我|就|的|那|您|你)*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"不(记得|记着|知道|清楚|想|方便|告诉|说|给|用|是|在)|没(有|收|带|记)|收不(到|着)|忘|凭什么|为什么|干嘛|算了|[?？]|先|进不来"
)
_NUMBER_WORDS = re.compile(r"[\dxX\s，,。.、！!*—…~～：:“”-]|户号|客户编号|号码|电话|手机|是|我家?|的")
_VOLUNTEERED = re.compile(r"身份证|证件|(后|末|尾)(四|六|4|6)位|验证码")
_CHECKS = re.compile(r"verif|otp|auth|identity|核验|验证", re.IGNORECASE)


def check_identity(hearing: Hearing) -> Finding:
    """Every protected action had its level; every account figure was told to a verified person."""
    done = [(turn, run) for turn in hearing.turns for run in turn.actions if run.level_required >= 1 and run.ok]
    words = {found.turn: found.text for found in hearing.find(find_account_facts).evidence}
    told = [turn for turn in hearing.service if turn.n in words]
    if not done and not told:
        return NOT_APPLICABLE
    for turn, run in done:
        if run.level_held < run.level_required:
            reason = f"操作 {run.name} 需要 {run.level_required} 级核验，当时只有 {run.level_held} 级"
            return Finding(0.0, reason, (Evidence(turn.n, run.name),))
    for turn in told:
        if not _was_verified(hearing, turn):
            return Finding(0.0, "没有核验身份就说出了账户数据", (Evidence(turn.n, words[turn.n]),))
    shown = done[0][0] if done else told[0]
    return Finding(1.0, "先核验身份，再办理或告知", (Evidence(shown.n, shown.text),))


def _was_verified(hearing: Hearing, told: Turn) -> bool:
    """Whether identity had been shown before this turn, by the log or by the words; a failure undoes it."""
    lexicon = hearing.lexicon
    has_passed, was_asked = False, False
    for turn in (*hearing.before(told), told):
        if any(run.level_held >= max(run.level_required, 1) and run.ok for run in turn.actions):
            return True
        if turn.role == "customer":
            has_passed = has_passed or (was_asked and _answers(turn)) or _volunteers(turn)
            continue
        text = _ASKED_BACK.sub("", turn.text)
        has_failed = any(not run.ok and _CHECKS.search(run.name) for run in turn.actions)
        if has_failed or lexicon.has("identity_failed", text):
            has_passed = was_asked = False
        elif lexicon.has("identity_confirmed", text):
            has_passed = True
        if turn is not told:
            was_asked = was_asked or lexicon.has("asks_identity", turn.text)
    return has_passed


def _answers(turn: Turn) -> bool:
    """Whether a customer's turn answers a question of identity: digits of a proof, or words that are no mere yes."""
    if _shows_digits(turn.text):
        return True
    words = _NUMBER_WORDS.sub("", turn.text)
    return bool(words) and _REFUSAL.search(turn.text) is None and _YES.fullmatch(words) is None


def _volunteers(turn: Turn) -> bool:
    """Whether he shows who he is without being asked."""
    return _VOLUNTEERED.search(turn.text) is not None and _shows_digits(turn.text)


def _shows_digits(text: str) -> bool:
    return any(len(digits) in _PROOF_LENGTHS for digits in digit_groups(text))
