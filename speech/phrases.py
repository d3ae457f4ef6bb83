"""What the line itself says, when the bot has no words: not understood, not heard, keys, waiting, handing over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from speech.protocols import Question


@dataclass(frozen=True, slots=True)
class CallPhrases:
    """All fixed phrases; rendered once at start."""

    notice: str = "本次通话将会录音。"
    not_heard: str = "对不起，我没有听清，请您再说一遍。"
    not_heard_again: str = "还是没有听清。"
    to_person: str = "很抱歉，我还是没有听清，现在为您转接人工。"
    say_or_press_digits: str = "您也可以在电话键盘上按号码，按井号键结束。"
    say_or_press_yes: str = "是请按1，不是请按2。"
    say_or_press_person: str = "您也可以按0转人工，按星号键重听。"
    no_such_key: str = "没有这个选项。"
    too_few_digits: str = "号码位数不够，请重新输入，按井号键结束。"
    read_back: str = "我听到的是{number}，对吗？"
    say_number_again: str = "好的，请您再说一遍号码，或者在键盘上按号码，按井号键结束。"
    start_again: str = "请重新输入。"
    still_there: str = "您好，您还在吗？请说出您要办理的业务。"
    wait: str = "请稍候，正在为您处理。"
    still_waiting: str = "还在处理中，请您不要挂机。"
    takes_too_long: str = "很抱歉，系统现在比较慢，请您稍后再试，或者按0转人工。"
    failed: str = "很抱歉，系统出了点问题，请您再说一遍。"
    transferring: str = "正在为您转接人工，请不要挂机。"
    not_transferred: str = "很抱歉，人工坐席暂时无人接听。您可以继续跟我说，或者稍后再拨。"
    goodbye: str = "一直没有听到您的声音，先不打扰您了，再见。"

    def all(self) -> Iterator[str]:
        """Yield every phrase."""
        return (text for entry in fields(self) if "{" not in (text := str(getattr(self, entry.name))))

    def keypad_hint(self, question: Question) -> str:
        """Return how this question is answered by keys."""
        if question.max_digits:
            return self.say_or_press_digits
        if question.choices:
            listed = "，".join(f"{choice}请按{key}" for key, choice in enumerate(question.choices, start=1))
            return f"{listed}，转人工请按0。"
        return self.say_or_press_yes if question.hint.kind == "yes_no" else self.say_or_press_person
