"""A small knowledge base of the tests' own: eight articles in files, their vocabulary, and an encoder of letters."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FOREIGN = (
    *("水费去哪里缴", "帮我订一张火车票", "燃气灶点不着火", "今天天气怎么样", "给我讲个笑话", "宽带断了找谁"),
    *("周边有什么好吃的", "孩子作业不会写", "明天股票涨不涨", "公交几点末班", "附近的药店在哪里", "手机屏幕碎了能修吗"),
    *("暖气片不热了", "物业费一平米几块", "快递丢了找哪个部门", "去机场坐几号线", "自来水发黄能喝吗"),
    *("护照过期怎么换", "楼上漏水找谁", "附近哪里能洗车", "家里有蟑螂咋弄", "医保卡怎么用", "附近有没有停车场"),
)

VOCABULARY = """
    fillers: [喂, 你好, 我想问一下, 请问, 啊, 呀]
    synonyms: {违约金: [滞纳金], 多少钱: [几毛钱, 啥价], 电表: [电能表], 怎么: [咋, 如何]}
    trade_words: [过户, 阶梯, 校验]
    customer_classes: {居民: [我家], 工商业: [工厂]}
    regions: {山东: [山东, 青岛], 江苏: [江苏, 徐州], 黑龙江: [黑龙江, 黑河], 蒙西: [蒙西, 乌海]}
    elsewhere: [北京]
"""

ARTICLE = """
- id: {id}
  version: {version}
  topic: {topic}
  question: {question}
  similar: [{similar}]
  answer: {answer}
  voice: {answer}
  category: 电费/规则
  regions: [{regions}]
  customer_class: 全部
  source: {{document: {document}, certainty: 多源2, checked: 2026-11-20}}
  valid_from: {valid_from}
  valid_to: {valid_to}
  state: {state}
"""


@dataclass(frozen=True)
class Text:
    """What one test article says; the rest is the same for all."""

    id: str
    question: str
    similar: str
    answer: str
    topic: str = ""
    regions: str = ""
    version: int = 1
    valid_from: str = "2024-06-01"
    valid_to: str = "null"
    state: str = "published"

    def render(self) -> str:
        """Return the article as it stands in a file."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return ARTICLE.format(**fields | {"topic": self.topic or self.id, "document": "某某规则"})


TEXTS = (
    Text(
        "late-fee",
        "居民电费违约金怎么算",
        "晚交电费一天罚多少, 逾期电费的滞纳金比例, 电费交晚了要加收几毛钱, 忘交电费会不会罚款",
        "居民每日按欠费总额的千分之一计收",
    ),
    Text(
        "transfer-materials",
        "过户要带什么材料",
        "买了二手房电表过户要哪些证件, 办过户准备啥, 换户主需要拿什么, 房子卖了电表改名要什么手续",
        "请带新户主身份证明和不动产权证",
    ),
    Text(
        "meter-check-time",
        "校验电表几天出结果",
        "怀疑电能表走得快检测要多久, 验电表什么时候有结论, 申请校表后等几天, 电表检定多长时间",
        "受理后5个工作日内给出检测结果",
    ),
    Text(
        "tier-price-shandong",
        "山东居民阶梯电价每档多少钱",
        "青岛家里用电几毛钱一度, 阶梯各档啥价, 一度电到底多少钱, 民用电单价",
        "第一档每度0.5469元",
        "tier-price",
        "山东",
    ),
    Text(
        "tier-price-jiangsu",
        "江苏居民阶梯电价每档多少钱",
        "徐州电费一度多少, 住宅用电什么价, 第一档收几毛, 家用电价",
        "第一档每度0.5283元",
        "tier-price",
        "江苏",
    ),
    Text(
        "repair-arrival",
        "抢修人员多久到现场",
        "报修以后师傅几时能来, 停电了多久有人修, 抢修队要等多长时间, 城里修电最慢多久",
        "城区一般45分钟到达",
        "repair-arrival",
        "山东, 江苏, 黑龙江",
    ),
    Text(
        "wire-distance",
        "离断落的电线多远才安全",
        "电线掉地上要躲多远, 断线附近几米内不能去, 高压线断了站哪里安全, 看见断线该离多远",
        "室外至少8米以外",
    ),
    Text(
        "invoice",
        "电费电子发票怎么开",
        "在哪里下载电费发票, 手机上开票怎么弄, 想要上个月的发票, 开电费票的步骤",
        "在网上国网的电子发票里选月份提交",
    ),
)


def write_articles(folder: Path, texts: Sequence[Text] = TEXTS, name: str = "articles.yml") -> Path:
    """Write the articles into one file of `folder` and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(text.render() for text in texts), encoding="utf-8")
    return path


def embed_letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """A real if simple encoder: hashed letters and pairs of letters, unit vectors [texts, 64]."""
    vectors = np.zeros((len(texts), 64), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for piece in [*text, *(text[n : n + 2] for n in range(len(text) - 1))]:
            row[int(hashlib.sha256(piece.encode()).hexdigest(), 16) % 64] += 1.0
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)
