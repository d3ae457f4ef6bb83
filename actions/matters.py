"""What a customer can hand in for people to work on: the ticket's kind, what is promised, what it must say."""

import re
from dataclasses import dataclass

Choices = tuple[tuple[str, re.Pattern[str]], ...]
"""(value, words that mean it), the first that fits."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter, chosen in a flow by `set_slots: [{matter: ...}]`."""

    name: str
    title: str
    """First words of the ticket's summary."""
    ticket_kind: str
    promises: tuple[tuple[str, str], ...] = ()
    """(slot that takes the words, promise kind); the last one is the ticket's due time."""
    details: tuple[str, ...] = ()
    """Slots whose values go on the ticket."""
    choices: tuple[tuple[str, Choices], ...] = ()
    """Categorical slots that the request's own words may answer already."""
    text_slot: str | None = None
    """Slot that takes the customer's account of the matter, so that what was told at length is not asked again."""
    needs_settling: bool = False
    """Nothing may be owed."""
    looks_ahead: bool = False
    """A day that is named lies ahead."""


def _choices(**words: str) -> Choices:
    return tuple((value, re.compile(pattern)) for value, pattern in words.items())


USE_KINDS = _choices(
    临时=r"临时|工地|搭台|演出|庙会",
    高压=r"高压|专变|10千伏|35千伏|变压器|千伏安",
    农业=r"机井|大棚|养殖|农业|灌溉|抽水|鱼塘|果园",
    商业=r"^(?!.*厂).*(?:店|商铺|公司|厂|单位|商业|饭馆|民宿|基站|机房|门面)",
    居民=r"新房|家里|我家|自建房|宅基地|住|居民|毛坯|农村|老房",
)
CONNECTION_PROMISES = {
    "居民": "new_connection_household",
    "商业": "new_connection_low_voltage",
    "农业": "new_connection_low_voltage",
    "高压": "new_connection_high_voltage",
}
"""What is promised for a new connection, by use; nothing for temporary supply."""
FEEDBACK_KINDS = _choices(表扬=r"表扬|感谢|点赞|夸|锦旗|好评|辛苦", 建议=r"建议|意见|提个|希望|能不能|最好")

MATTERS = {
    matter.name: matter
    for matter in (
        Matter(
            "新装",
            "新装用电申请",
            "业务申请",
            details=("use_kind", "power_kw", "voltage", "tariff_kind"),
            choices=(("use_kind", USE_KINDS),),
        ),
        Matter(
            "容量变更", "容量变更申请", "业务申请", details=("capacity_change", "power_kw", "date"), looks_ahead=True
        ),
        Matter("销户", "销户申请", "业务申请", needs_settling=True),
        Matter("过户", "过户申请", "业务申请", needs_settling=True),
        Matter("充电桩", "充电桩报装", "业务申请", details=("power_kw",)),
        Matter("光伏", "分布式光伏并网申请", "业务申请", details=("power_kw", "voltage")),
        Matter("校表", "电能表校验申请", "业务申请", promises=(("matter_time", "meter_check"),)),
        Matter(
            "投诉",
            "客户投诉",
            "投诉",
            promises=(("contact_time", "complaint_contact"), ("answer_time", "complaint_answer")),
            details=("complaint_text", "date", "person_name"),
            text_slot="complaint_text",
        ),
        Matter("举报", "窃电或违约用电举报", "举报", details=("theft_text", "date", "time"), text_slot="theft_text"),
        Matter(
            "意见建议",
            "客户意见",
            "意见建议",
            details=("feedback_kind", "feedback_text", "feedback_person", "date"),
            choices=(("feedback_kind", FEEDBACK_KINDS),),
            text_slot="feedback_text",
        ),
    )
}
