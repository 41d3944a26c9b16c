"""Turns the year into what the wire and the workbook show."""

from app.award.views import totals_view
from app.award.year_reading import YearSheet, in_year
from app.award.year_schemas import StepDays, YearGroup, YearGrouping, YearView
from app.domain.measuring import Certainty
from app.domain.year_view import SMALLEST_GROUP, Group, Grouping, group_by, summed, years_of

HEAD = {
    "zh": ("分组", "名称", "项目数", "币种", "申报降本", "合同降本", "实现降本", "平均竞价方数", "互动竞价占比 %"),
    "en": (
        "Group",
        "Name",
        "Tenders",
        "Currency",
        "Claimed",
        "Contracted",
        "Realised",
        "Bidders a lot",
        "Active bidders %",
    ),
}


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
    )


def _group_view(sheet: YearSheet, group: Group) -> YearGroup:
    return YearGroup(
        key=group.key,
        name=sheet.purchasers.get(group.key, ""),
        tenders=group.tenders,
        savings=[one for currency, totals in group.savings.items() for one in totals_view(totals, currency)],
        days=[StepDays(step=step, days=days) for step, days in group.days.items()],
        bidders=group.bidders,
        active_share=group.active_share,
    )


def year_rows(view: YearView) -> list[list[str]]:
    """The groups as rows of a workbook, one a currency; an empty cell is a figure that is not told or not known."""
    rows = []
    for grouping in view.groupings:
        for group in grouping.groups:
            for currency in dict.fromkeys(one.currency for one in group.savings):
                money = {one.certainty: f"{one.money:f}" for one in group.savings if one.currency == currency}
                figures = [money.get(certainty, "") for certainty in Certainty]
                competition = ["" if one is None else f"{one:f}" for one in (group.bidders, group.active_share)]
                name = group.name or group.key
                rows.append([grouping.grouping.value, name, str(group.tenders), currency, *figures, *competition])
    return rows
