"""Time to understand one sentence of 10, 30 and 60 characters, on one core."""

from __future__ import annotations

import time

from bench.figures import Extent, Figure, collect_figures, percentile
from bench.machine import on_one_core
from bench.server import ROOT
from bot.assembly import known_action_names
from bot.load_models import open_nlu
from bot.project import load_project
from bot.turn import Understands
from nlu.understanding import NO_CONTEXT
from storage.clock import system_clock

SENTENCES = {
    10: (
        "查一下上个月的电费吧",
        "我家突然停电了咋回事",
        "青岛居民一度电多少钱",
        "我想把户名改成我老公",
        "电表走得太快给我验验",
        "峰谷电价从几点算起呀",
    ),
    30: (
        "你好，我想问一下，我家上个月的电费怎么比前一个月多了一百块钱",
        "我们单元昨天晚上八点多就停电了，到现在还没来，几点才能修好啊",
        "我在济南开了个小饭馆，想问问一般工商业的电价现在是多少钱一度",
        "麻烦您帮我看看，户号三七零二零四六八零九二五九还欠了多少电费",
        "家里准备装个充电桩，听说要单独装表，需要带什么材料去办理的呢",
    ),
    60: (
        "师傅您好，是这样的，我老家的房子平时没有人住，可是这个月收到短信说用了两百多度电，我觉得不太对，能不能派人看看电表坏没坏",
        "我们小区门口那个变压器从今天早上开始就一直嗡嗡响，刚才还冒了火星，旁边就是幼儿园，你们赶快派人过来处理一下，别出什么事故",
        "我去年把房子卖给了别人，户名一直没有改，现在每个月的电费短信还是发到我手机上，想问一下过户要带哪些东西，能不能在手机上办",
    ),
}
"""By length in characters."""


def measure_parsing(extent: Extent) -> list[Figure]:
    """Parse every sentence many times with the model of config.yml."""
    with on_one_core():
        nlu: Understands = open_nlu(ROOT, load_project(ROOT, actions=known_action_names()), system_clock)
        repeats = [_time_all(nlu, extent.choose(600, 20)) for _ in range(extent.repeats)]
    return collect_figures(dict.fromkeys(repeats[0], "ms"), repeats)


def _time_all(nlu: Understands, count: int) -> dict[str, float]:
    figures = {}
    for length, sentences in SENTENCES.items():
        for text in sentences:
            nlu.parse(text, NO_CONTEXT)
        times = [_time_one(nlu, sentences[number % len(sentences)]) for number in range(count)]
        figures[f"{length} characters: p50"] = percentile(times, 0.5)
        figures[f"{length} characters: p99"] = percentile(times, 0.99)
    return figures


def _time_one(nlu: Understands, text: str) -> float:
    begin = time.perf_counter()
    nlu.parse(text, NO_CONTEXT)
    return 1000 * (time.perf_counter() - begin)
