"""The times of a tender as an iCalendar file (RFC 5545): every calendar reads it. SCREENS.md SP-03.

An event keeps its UID, and its SEQUENCE rises with the terms, so that a later file moves it where it stands. Times are
UTC: each calendar shows them in its own zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_LONGEST_LINE: Final = 75
_ALARM: Final = "-PT30M"


class Moment(StrEnum):
    """What a time of a tender is."""

    QUESTIONS_CLOSE = "questions-close"
    RESPONSE_DUE = "response-due"
    SEALED_ROUND = "sealed-round"
    LIVE_ROUND = "live-round"
    LIVE_EARLIEST = "live-earliest"


_NAMES: Final = {
    Moment.QUESTIONS_CLOSE: ("提问截止", "Questions close"),
    Moment.RESPONSE_DUE: ("响应截止", "Response deadline"),
    Moment.SEALED_ROUND: ("密封报价", "Sealed round"),
    Moment.LIVE_ROUND: ("反向竞价", "Reverse auction"),
    Moment.LIVE_EARLIEST: ("反向竞价（最早）", "Reverse auction (at the earliest)"),
}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time of the tender; `until` is None for an instant."""

    moment: Moment
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The tender an appointment belongs to."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    url: str
    # Rises with each version of the terms, and with each move of a deadline.
    sequence: int
    is_cancelled: bool = False


def calendar_text(subject: Subject, appointments: Sequence[Appointment], lang: str, *, made_at: datetime) -> str:
    """Write the file: names in a language (`zh` or `en`), both in the descriptions."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bidroom//Bidroom//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if subject.is_cancelled else 'PUBLISH'}",
        *(line for each in appointments for line in _event(subject, each, lang, made_at)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(subject: Subject, each: Appointment, lang: str, made_at: datetime) -> list[str]:
    zh, en = _NAMES[each.moment]
    both = [f"{zh}：{subject.title_zh or subject.title_en}", f"{en}: {subject.title_en or subject.title_zh}"]
    own = both[lang == "en"]
    return [
        "BEGIN:VEVENT",
        f"UID:{each.moment.split('-', maxsplit=1)[0]}-{subject.id}@bidroom",
        f"SEQUENCE:{subject.sequence}",
        f"DTSTAMP:{_stamp(made_at)}",
        f"DTSTART:{_stamp(each.at)}",
        *([] if each.until is None else [f"DTEND:{_stamp(each.until)}"]),
        f"SUMMARY;LANGUAGE={lang}:{_escaped(f'{subject.reference} {own}')}",
        f"DESCRIPTION:{_escaped(chr(10).join([*both, subject.url]))}",
        f"URL:{subject.url}",
        f"STATUS:{'CANCELLED' if subject.is_cancelled else 'CONFIRMED'}",
        *([] if subject.is_cancelled else _alarm(own)),
        "END:VEVENT",
    ]


def _alarm(text: str) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{_ALARM}", f"DESCRIPTION:{_escaped(text)}", "END:VALARM"]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """A TEXT value (section 3.3.11): no control character stands in it, so that no text begins a line of its own."""
    clean = "".join(mark for mark in text if mark == "\n" or mark.isprintable())
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line before its 76th octet, never within a character (section 3.1)."""
    parts: list[str] = []
    part = ""
    for mark in line:
        if len((part + mark).encode()) > _LONGEST_LINE - (1 if parts else 0):
            parts.append(part)
            part = ""
        part += mark
    return "\r\n ".join([*parts, part])
