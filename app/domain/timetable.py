"""Times as people write them: a local time in the tender's time zone, turned into one instant or refused.

Serves SCREENS.md section 1.3. A local time that the clocks skip in spring, or show twice in autumn, is never guessed:
the first is refused, the second asks which of the two is meant. Zone data comes from the `tzdata` package alone, so
that the same draft gives the same instant on every machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_LOCAL: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}(:\d{2}(\.\d{3})?)?)(?P<offset>Z|[+-]\d{2}:\d{2})?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TimeFault:
    """Why a local time names no instant, or more than one. `choices` are what to write instead."""

    code: str
    choices: tuple[str, ...] = ()


def load_zone(name: str) -> ZoneInfo | None:
    """Find an IANA zone by its exact name, or None: no path, no fixed-offset shorthand, no `localtime`."""
    return _zone(name) if name in zone_names() else None


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """List the zones a tender may be in: Area/City names of the package's own list, and UTC."""
    from importlib import resources  # noqa: PLC0415 - read once, on first use; the list is part of the package

    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(name for name in listed if "/" in name and not name.startswith(("Etc/", "SystemV/"))) | {"UTC"}


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    from importlib import resources  # noqa: PLC0415 - as above

    area = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with area.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def resolve_local(text: str, zone: ZoneInfo) -> datetime | TimeFault:
    """Turn `YYYY-MM-DDThh:mm[:ss]` in `zone` into a UTC instant.

    With an offset (`+08:00`) the text names an instant by itself; it is taken only if the zone has that offset then, so
    an offset of another place is a fault and not a silent shift. It is also how one of two equal local times is chosen.
    `Z` is an instant as machines write it, and taken as such.
    """
    match = _LOCAL.fullmatch(text.strip())
    if match is None:
        return TimeFault("NOT_A_TIME")
    try:
        naive = datetime.fromisoformat(f"{match['date']}T{match['time']}")
        if match["offset"] == "Z":
            return naive.replace(tzinfo=UTC)
        instants = _instants(naive, zone)
    except (ValueError, OverflowError):
        return TimeFault("NOT_A_TIME")
    if match["offset"] is not None:
        return _by_offset(naive, match["offset"], instants, zone)
    if not instants:
        return TimeFault("TIME_SKIPPED", _around_gap(naive, zone))
    if len(instants) > 1:
        return TimeFault("TIME_AMBIGUOUS", tuple(to_local(at, zone, with_offset=True) for at in instants))
    return instants[0]


def to_local(at: datetime, zone: ZoneInfo, *, with_offset: bool = False) -> str:
    """Write an instant as local time of `zone`; with its offset where it would name two instants, or when asked."""
    local = at.astimezone(zone)
    text = local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")
    if with_offset or len(_instants(local.replace(tzinfo=None), zone)) > 1:
        return text + _offset_text(local)
    return text


def _instants(naive: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """All instants, earliest first, at which the clocks of `zone` show `naive`: none, one or two (PEP 495)."""
    both = {naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in both if at.astimezone(zone).replace(tzinfo=None, fold=0) == naive))


def _by_offset(naive: datetime, offset: str, instants: tuple[datetime, ...], zone: ZoneInfo) -> datetime | TimeFault:
    aware = datetime.fromisoformat(naive.isoformat() + offset).astimezone(UTC)
    if aware in instants:
        return aware
    return TimeFault("OFFSET_NOT_OF_ZONE", (to_local(aware, zone, with_offset=True),))


def _around_gap(naive: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The same wall-clock distance after and before the jump: what people usually meant."""
    both = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    return tuple(to_local(at, zone, with_offset=True) for at in both)


def _offset_text(local: datetime) -> str:
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
