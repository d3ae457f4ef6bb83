"""What the kinds of demo customers are like: one builder for each kind."""

from decimal import Decimal
from random import Random

from actions.demo import names
from actions.demo.customer import Customer, draw_account, draw_customer, home_address, street_address
from actions.demo.grid import Transformer


def build_household(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A family in a flat or a farmhouse."""
    place, people = transformer.place, draw.choices(range(1, 9), (10, 24, 30, 20, 8, 5, 2, 1))[0]
    is_tou = place.has_household_tou and draw.random() < 0.3
    kind = "居民峰谷" if is_tou else "居民阶梯"
    is_electric_heat = draw.random() < 0.07
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.person_name(draw),
        address=home_address(transformer, draw),
        category=kind,
        tariff_kind=kind,
        capacity_kva=draw.choice((8, 10, 12)),
        is_tou=is_tou,
        household_size=people if people >= 5 and draw.random() < 0.7 else None,
        subsidy=draw.choice(("低保", "低保", "五保")) if draw.random() < 0.035 else None,
        has_pv=draw.random() < (0.12 if transformer.is_rural else 0.02),
        has_ev=draw.random() < 0.06,
        is_prepaid=draw.random() < 0.3,
        tou_since=f"{draw.randrange(2023, 2025)}-{draw.randrange(1, 13):02d}" if is_tou else None,
    )
    size = (0.55 + 0.16 * people) * draw.lognormvariate(0, 0.35)
    share = draw.uniform(0.38, 0.55) if is_tou else draw.uniform(0.5, 0.7)
    return draw_customer(
        "household",
        account,
        transformer,
        draw,
        base_kwh=max(2.0, 4.6 * size + (5 if account.has_ev else 0)),
        cooling_kwh=size * draw.uniform(0.4, 1.5),
        heating_kwh=draw.uniform(0.8, 1.6) if is_electric_heat else size * draw.uniform(0.01, 0.06),
        peak_share=share,
        valley_share=1 - share,
    )


def build_charger(number: str, owner: Customer, draw: Random) -> Customer:
    """The charging post of a household that is there already."""
    place = owner.transformer
    account = draw_account(
        number,
        place,
        draw,
        name=owner.account.name,
        phone=owner.account.phone,
        address=f"{place.place.city}{place.district}{place.road}{place.community}地下车库{draw.randrange(400)}号位",
        category="居民充电桩",
        tariff_kind="充电桩",
        capacity_kva=7,
        has_ev=True,
    )
    share = draw.uniform(0.12, 0.3)
    return draw_customer("charger", account, place, draw, draw.uniform(5, 11), 0.0, 0.0, share, 1 - share)


def build_shared(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A school or the like on a shared meter (合表)."""
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.shared_name(transformer.community, draw),
        address=street_address(transformer, draw),
        category="居民合表",
        tariff_kind="居民合表",
        capacity_kva=draw.choice((30, 50, 80)),
    )
    share = draw.uniform(0.6, 0.75)
    return draw_customer("shared", account, transformer, draw, draw.uniform(40, 160), 3.0, 1.0, share, 1 - share)


def build_shop(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A small business."""
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.shop_name(transformer.place, draw),
        address=street_address(transformer, draw),
        category="工商业单一制",
        tariff_kind="一般工商业",
        capacity_kva=draw.choice((15, 20, 30, 50, 80)),
    )
    base = draw.uniform(1.0, 2.2) * float(account.capacity_kva)
    return draw_customer("shop", account, transformer, draw, base, base * 0.04, base * 0.01, 0.42, 0.2)


def build_workshop(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A small factory on a single-part tariff."""
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.factory_name(transformer.place, draw),
        address=street_address(transformer, draw),
        category="工商业单一制",
        tariff_kind="一般工商业",
        voltage="1-10千伏",
        capacity_kva=draw.choice((125, 160, 200, 250)),
        power_factor_standard=Decimal("0.85"),
    )
    base = draw.uniform(3.0, 6.0) * float(account.capacity_kva)
    return draw_customer("workshop", account, transformer, draw, base, base * 0.01, base * 0.005, 0.36, 0.3)


def build_factory(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A factory on a two-part tariff."""
    return _two_part(
        number, transformer, draw, kind="factory", voltage="1-10千伏", capacities=(400, 630, 800, 1000, 1600, 2000)
    )


def build_plant(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A large factory at 35 kV."""
    return _two_part(number, transformer, draw, kind="plant", voltage="35千伏", capacities=(6300, 8000, 10000))


def _two_part(
    number: str, transformer: Transformer, draw: Random, *, kind: str, voltage: str, capacities: tuple[int, ...]
) -> Customer:
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.factory_name(transformer.place, draw),
        address=street_address(transformer, draw),
        category="工商业两部制",
        tariff_kind="大工业",
        voltage=voltage,
        capacity_kva=draw.choice(capacities),
        basic_charge=draw.choice(("容量", "需量")),
        power_factor_standard=Decimal("0.90"),
    )
    base = draw.uniform(6.0, 11.0) * float(account.capacity_kva)
    return draw_customer(kind, account, transformer, draw, base, base * 0.004, 0.0, 0.34, 0.34)


def build_farm(number: str, transformer: Transformer, draw: Random) -> Customer:
    """A farm, greenhouse or pumping station."""
    account = draw_account(
        number,
        transformer,
        draw,
        name=names.farm_name(transformer.community, draw),
        address=street_address(transformer, draw),
        category="农业",
        tariff_kind="农业",
        capacity_kva=draw.choice((15, 30, 50)),
        has_pv=draw.random() < 0.2,
    )
    share = draw.uniform(0.55, 0.7)
    return draw_customer("farm", account, transformer, draw, draw.uniform(15, 70), 1.5, 0.5, share, 1 - share)


BUILDERS = {
    "household": build_household,
    "shared": build_shared,
    "shop": build_shop,
    "workshop": build_workshop,
    "factory": build_factory,
    "plant": build_plant,
    "farm": build_farm,
}
