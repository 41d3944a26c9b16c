"""PDFs by Typst: data goes in as JSON, never as text of the template; equal data give equal bytes.

The Chinese face comes with the pages (vite.config.ts puts it into frontend/dist/fonts; it is never served). Where they
are not built it is looked for among the packages of the pages and then on the machine. Where there is none, no PDF is
drawn: one with boxes in the place of names would be worse than none.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from app.domain.categories import CATEGORIES
from app.domain.timetable import load_zone, to_local
from app.domain.units import units_in
from app.infra.errors import Problem

Lang = Literal["zh", "en"]
TEMPLATES: Final = Path(__file__).parent / "templates"
_FRONTEND: Final = Path(__file__).resolve().parents[2] / "frontend"
_PACKAGE: Final = _FRONTEND / "node_modules/@expo-google-fonts/noto-sans-sc"
FONT_FOLDERS: Final = ((_FRONTEND / "dist/fonts",), (_PACKAGE / "400Regular", _PACKAGE / "700Bold"))
FAMILY: Final = "Noto Sans SC"
# Faces with simplified Chinese that machines carry, the open ones first.
SYSTEM_FAMILIES: Final = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Zen Hei", "Microsoft YaHei",
    "PingFang SC", "SimHei",
)  # fmt: skip
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
# A drawing takes a second of one core: never two at once beside the live rounds.
_ONE_AT_A_TIME = asyncio.Semaphore(1)


@cache
def find_fonts() -> tuple[str, typst.Fonts] | None:
    """The family to draw with and the faces, or None where there is no Chinese one."""
    for folders in FONT_FOLDERS:
        if all(folder.is_dir() for folder in folders):
            fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders])
            if FAMILY in fonts.families():
                return FAMILY, fonts
    fonts = typst.Fonts(include_system_fonts=True)
    family = next((name for name in SYSTEM_FAMILIES if name in fonts.families()), None)
    return None if family is None else (family, fonts)


@cache
def _words(lang: str) -> Mapping[str, Any]:
    """The words of the templates; both languages have the same keys (a test sees to it)."""
    found: dict[str, Any] = json.loads((TEMPLATES / f"words.{lang}.json").read_text(encoding="utf-8"))
    categories = {code: one.name_zh if lang == "zh" else one.name_en for code, one in CATEGORIES.items()}
    return {**found, "categories": categories, "units": units_in(lang)}


def _instants(value: object) -> set[str]:
    if isinstance(value, str):
        return {value} if _INSTANT.fullmatch(value) else set()
    if isinstance(value, Mapping):
        return set().union(*(_instants(item) for item in value.values()))
    return set().union(*(_instants(item) for item in value)) if isinstance(value, list | tuple) else set()


def _local(instant: str, zone_name: str) -> str:
    zone = load_zone(zone_name)
    assert zone is not None, "the zone was checked before the document was frozen"
    at = datetime.fromisoformat(instant).astimezone(UTC)
    return to_local(at, zone).replace("T", " ")


def draw(template: str, data: Mapping[str, Any], *, lang: Lang, zone: str, made_at: str) -> bytes:
    """The PDF of a template with this data. `made_at` stands in the file as its date: a repeat gives the same bytes.

    Raises the problem NO_FONT (503) where no Chinese face is to be found.
    """
    found = find_fonts()
    if found is None:
        raise Problem(503, "NO_FONT")
    family, fonts = found
    inputs = {
        "data": data,
        "words": _words(lang),
        "lang": lang,
        "font": family,
        "times": {each: _local(each, zone) for each in sorted(_instants(data))},
        "made": [int(part) for part in re.split(r"[-T:.Z]", made_at)[:6]],
    }
    stamp = int(datetime.fromisoformat(made_at).timestamp())
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs={"all": json.dumps(inputs, ensure_ascii=False, sort_keys=True)},
        timestamp=stamp,
    )


async def draw_aside(template: str, data: Mapping[str, Any], *, lang: Lang, zone: str, made_at: str) -> bytes:
    """The same beside the event loop, one at a time."""
    async with _ONE_AT_A_TIME:
        return await asyncio.to_thread(draw, template, data, lang=lang, zone=zone, made_at=made_at)
