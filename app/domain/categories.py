"""The purchasing categories of the deployment: what a supplier is certified for and a tender is opened in.

One list for both, so that "only suppliers of the category are invited" (DESIGN.md section 3) compares codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Category:
    """A code that never changes and its names in both languages."""

    code: str
    name_zh: str
    name_en: str


_LIST = (
    Category("compressors", "压缩机", "Compressors"),
    Category("copper_tube", "铜管", "Copper tube"),
    Category("aluminium", "铝材铝箔", "Aluminium"),
    Category("steel_sheet", "冷轧与镀锌板", "Cold-rolled and galvanised sheet"),
    Category("fan_motors", "风扇电机", "Fan motors"),
    Category("electronic_components", "电子元器件", "Electronic components"),
    Category("plastics", "塑料件与原料", "Plastics"),
    Category("fasteners", "紧固件", "Fasteners"),
    Category("refrigerants", "制冷剂与化学品", "Refrigerants and chemicals"),
    Category("packaging", "包装材料", "Packaging"),
    Category("tooling", "模具与工装", "Tooling and moulds"),
    Category("machinery", "机械设备", "Machinery"),
    Category("maintenance", "维修备件与耗材", "Maintenance and repair supplies"),
    Category("logistics", "物流运输", "Logistics"),
    Category("construction_works", "建筑工程", "Construction works"),
    Category("it_services", "信息技术与服务", "IT and services"),
    Category("office_supplies", "办公用品", "Office supplies"),
)

CATEGORIES: Mapping[str, Category] = MappingProxyType({category.code: category for category in _LIST})

_BY_SPELLING = {
    spelling.casefold(): category.code
    for category in _LIST
    for spelling in (category.code, category.name_zh, category.name_en)
}


def find_category(typed: str) -> str | None:
    """The code of a category written as its code or as its name in either language, whatever the case."""
    return _BY_SPELLING.get(" ".join(typed.split()).casefold())
