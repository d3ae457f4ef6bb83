"""The month's study as one page for people: what went badly, the new topics, what to look at first. No scripts."""

from __future__ import annotations

from html import escape

from eval.retrain.study import MonthStudy, ProposedTopic

_REASONS = {
    "fallback": "没听懂",
    "low_confidence": "把握小",
    "small_margin": "两可之间",
    "unanswered": "没有答案",
    "handoff": "转了人工",
    "repeat_24h": "24小时内又来问",
    "quality": "质检扣分",
    "thumbs_down": "客户差评",
    "heard_badly": "没听清",
    "novel": "没见过的问法",
}
_SUGGESTIONS = {"intent": "补训练句", "article": "补相似问法", "new_article": "写新文章"}
_SHOWN_QUESTIONS = 50
STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{color:#1c2733}table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d8dee4;vertical-align:top}
.bar{background:#2f7d6b;height:.7rem;border-radius:2px}.dim{color:#5b6773}li{margin:.1rem 0}
@media(prefers-color-scheme:dark){body{background:#12171c;color:#dbe3ea}th,td{border-color:#2b3640}.dim{color:#94a3b0}}
"""


def render_page(study: MonthStudy) -> str:
    """Return the page as HTML; texts are masked already and escaped here."""
    new = sum(topic.first_month == study.month for topic in study.topics)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{study.month} 月度学习</title>'
        f"<style>{STYLE}</style><h1>{study.month} 月度学习</h1>"
        f"<p>值得看的话 {study.messages} 句，问法 {len(study.questions)} 种；"
        f"未知问题 {len(study.topics)} 组，其中本月新出现 {new} 组。</p>"
        f"<h2>为什么值得看</h2>{_reasons(study)}"
        f"<h2>未知问题</h2>{_topics(study)}<h2>先看这些</h2>{_questions(study)}</html>"
    )


def _reasons(study: MonthStudy) -> str:
    most = max(study.reasons.values(), default=1)
    rows = "".join(
        f'<tr><td>{_REASONS.get(reason, escape(reason))}</td><td>{count}</td><td width="60%"><div class="bar" '
        f'style="width:{100 * count / most:.0f}%"></div></td></tr>'
        for reason, count in sorted(study.reasons.items(), key=lambda item: -item[1])
    )
    return f"<table>{rows}</table>" if rows else "<p>本月没有。</p>"


def _topics(study: MonthStudy) -> str:
    rows = "".join(_topic(topic, topic.first_month == study.month) for topic in study.topics)
    head = "<tr><th>问题</th><th>次数</th><th>建议</th><th>最近的已知问法</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else "<p>本月没有成组的未知问题。</p>"


def _topic(topic: ProposedTopic, is_new: bool) -> str:
    wordings = "".join(f"<li>{escape(wording)}</li>" for wording in topic.wordings[1:])
    since = "本月新出现" if is_new else f"{topic.first_month} 起"
    return (
        f'<tr><td><b>{escape(topic.title)}</b> <span class="dim">{topic.id} · {since}</span><ul>{wordings}</ul></td>'
        f"<td>{topic.volume}</td><td>{_SUGGESTIONS[topic.suggestion]}</td>"
        f"<td>{escape(topic.nearest_text)}<br>"
        f'<span class="dim">{escape(topic.nearest)} · {topic.cosine:.2f}</span></td></tr>'
    )


def _questions(study: MonthStudy) -> str:
    rows = "".join(
        f"<tr><td>{escape(question.text)}</td><td>{question.volume}</td><td>{escape(question.messages[0].intent)}</td>"
        f"<td>{'、'.join(_REASONS.get(reason, reason) for reason in question.messages[0].reasons)}</td></tr>"
        for question in study.questions[:_SHOWN_QUESTIONS]
    )
    head = "<tr><th>问法</th><th>次数</th><th>当时理解为</th><th>原因</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else "<p>没有。</p>"
