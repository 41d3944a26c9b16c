"""Turns the year into what the wire and the workbook show."""

from decimal import Decimal
from typing import Final

from app.award.money_sheets import Locale, Page
from app.award.views import totals_view
from app.award.year_reading import YearSheet, in_year
from app.award.year_schemas import (
    GradeCount,
    SpendShare,
    SpendView,
    StageMedian,
    StepDays,
    SupplierBaseView,
    YearGroup,
    YearGrouping,
    YearView,
)
from app.domain.measuring import Certainty
from app.domain.money import EXACT, minor_units, round_half_up
from app.domain.supplier_base import Spread, base_of, spread_of
from app.domain.year_view import SMALLEST_GROUP, Group, Grouping, group_by, stage_times, summed, years_of

HEAD: Final = {
    "zh": (
        "分组", "名称", "项目数", "币种", "申报降本", "合同降本", "实现降本", "平均竞价方数", "互动竞价占比 %",
        "参与率 %",
    ),
    "en": (
        "Group", "Name", "Tenders", "Currency", "Claimed", "Contracted", "Realised", "Bidders a lot",
        "Active bidders %", "Joined of invited %",
    ),
}  # fmt: skip
TITLES: Final = {
    "zh": ("降本", "环节用时", "阶段用时", "供应商", "采购额"),
    "en": ("Savings", "Steps", "Stages", "Suppliers", "Spend"),
}
DAYS: Final = {"zh": ("环节", "采购项目数", "中位天数"), "en": ("Step", "Projects", "Median days")}
BASE: Final = {"zh": ("等级", "供应商数"), "en": ("Grade", "Suppliers")}
MOVES: Final = {"zh": ("新认证", "流失"), "en": ("New", "Lost")}
SPEND: Final = {"zh": ("币种", "供应商", "成交额", "占比 %"), "en": ("Currency", "Supplier", "Awarded", "Share %")}


def year_view(sheet: YearSheet, year: int | None) -> YearView:
    """The year as a whole and by each grouping."""
    facts = in_year(sheet.facts, year)
    return YearView(
        year=year,
        years=years_of(sheet.facts),
        smallest_group=SMALLEST_GROUP,
        whole=_group_view(sheet, summed("", facts)),
        groupings=[
            YearGrouping(grouping=each, groups=[_group_view(sheet, one) for one in group_by(facts, each)])
            for each in Grouping
        ],
        stages=[
            StageMedian(stage=each.stage, projects=each.projects, days=each.days)
            for each in stage_times(sheet.stages, year)
        ],
        base=_base_view(sheet, year),
    )


def _base_view(sheet: YearSheet, year: int | None) -> SupplierBaseView:
    base = base_of(sheet.members, year)
    awarded: dict[str, dict[str, Decimal]] = {}
    for each in sheet.spend:
        if year in (None, each.awarded_on.year):
            sums = awarded.setdefault(each.currency, {})
            sums[each.supplier_id] = EXACT.add(sums.get(each.supplier_id, Decimal(0)), each.amount)
    spreads = [spread_of(currency, awarded[currency]) for currency in sorted(awarded)]
    return SupplierBaseView(
        certified=base.certified,
        grades=[GradeCount(grade=grade, suppliers=count) for grade, count in base.by_grade.items()],
        came=base.came,
        left=base.left,
        spend=[_spend_view(sheet, each) for each in spreads if each is not None],
    )


def _spend_view(sheet: YearSheet, spread: Spread) -> SpendView:
    digits = minor_units(spread.currency)
    return SpendView(
        currency=spread.currency,
        total=round_half_up(spread.total, digits),
        largest=spread.largest,
        herfindahl=spread.herfindahl,
        shares=[
            SpendShare(
                supplier_id=each.supplier_id,
                name_zh=sheet.names[each.supplier_id].name_zh,
                name_en=sheet.names[each.supplier_id].name_en,
                amount=round_half_up(each.amount, digits),
                percent=each.percent,
            )
            for each in spread.shares
        ],
    )


def _group_view(sheet: YearSheet, group: Group) -> YearGroup:
    held = sheet.projects.get(group.key)
    person = sheet.purchasers.get(group.key, "")
    return YearGroup(
        key=group.key,
        name_zh=person if held is None else f"{held.reference} {held.need.title_zh}",
        name_en=person if held is None else f"{held.reference} {held.need.title_en}",
        tenders=group.tenders,
        savings=[one for currency, totals in group.savings.items() for one in totals_view(totals, currency)],
        days=[StepDays(step=step, days=days) for step, days in group.days.items()],
        bidders=group.bidders,
        active_share=group.active_share,
        joined_share=group.joined_share,
    )


def year_rows(view: YearView, locale: Locale) -> list[list[str]]:
    """The groups as rows of a workbook, one a currency; an empty cell is a figure that is not told or not known."""
    rows = []
    for grouping in view.groupings:
        for group in grouping.groups:
            name = (group.name_zh if locale == "zh" else group.name_en) or group.key
            for currency in dict.fromkeys(one.currency for one in group.savings):
                money = {one.certainty: f"{one.money:f}" for one in group.savings if one.currency == currency}
                figures = [money.get(certainty, "") for certainty in Certainty]
                told = (group.bidders, group.active_share, group.joined_share)
                competition = ["" if one is None else f"{one:f}" for one in told]
                rows.append([grouping.grouping.value, name, str(group.tenders), currency, *figures, *competition])
    return rows


def year_book(view: YearView, locale: Locale) -> list[Page]:
    """The same tables as the page: groups, steps and stages in days, the supplier base, the spend."""
    steps = [[one.step.value, _told(one.days)] for one in view.whole.days]
    stages = [[str(one.stage), str(one.projects), _told(one.days)] for one in view.stages]
    base = [[one.grade.value, str(one.suppliers)] for one in view.base.grades]
    base += [[word, str(count)] for word, count in zip(MOVES[locale], (view.base.came, view.base.left), strict=True)]
    spend = [
        [one.currency, share.name_zh if locale == "zh" else share.name_en, f"{share.amount:f}", f"{share.percent:f}"]
        for one in view.base.spend
        for share in one.shares
    ]
    titles = TITLES[locale]
    return [
        Page(titles[0], HEAD[locale], year_rows(view, locale), frozenset(range(4, 10))),
        Page(titles[1], DAYS[locale][:1] + DAYS[locale][2:], steps, frozenset({1})),
        Page(titles[2], DAYS[locale], stages, frozenset({1, 2})),
        Page(titles[3], BASE[locale], base, frozenset({1})),
        Page(titles[4], SPEND[locale], spend, frozenset({2, 3})),
    ]


def _told(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"
