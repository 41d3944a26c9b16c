"""iCalendar files: valid lines whatever the texts hold, one event a time, and a later file moves an earlier one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar_files import Appointment, Moment, Subject, calendar_text

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
SUBJECT = Subject("a" * 32, "2026-001", "压缩机", "Compressors", "https://bidroom.example/tenders/1", 3)
ALL = [Appointment(Moment.RESPONSE_DUE, AT), Appointment(Moment.LIVE_ROUND, AT, AT + timedelta(minutes=30))]


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    return "\r\n".join(lines).replace("\r\n ", "").split("\r\n")


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["zh", "en"]))
def test_no_text_breaks_out_of_its_line(zh: str, en: str, lang: str) -> None:
    subject = Subject("a" * 32, "2026-001", zh, en, SUBJECT.url, 3)
    lines = unfolded(calendar_text(subject, ALL, lang, made_at=AT))
    plain = unfolded(calendar_text(SUBJECT, ALL, lang, made_at=AT))
    assert [line.partition(":")[0].partition(";")[0] for line in lines] == [
        line.partition(":")[0].partition(";")[0] for line in plain
    ]


@pytest.mark.parametrize(
    ("lang", "summary"),
    [
        ("zh", "SUMMARY;LANGUAGE=zh:2026-001 响应截止：压缩机"),
        ("en", "SUMMARY;LANGUAGE=en:2026-001 Response deadline: Compressors"),
    ],
)
def test_an_event_in_each_language(lang: str, summary: str) -> None:
    lines = unfolded(calendar_text(SUBJECT, ALL, lang, made_at=AT))
    assert lines.count("BEGIN:VEVENT") == 2
    assert summary in lines
    assert {"DTSTART:20261125T060000Z", "DTEND:20261125T063000Z", "METHOD:PUBLISH", "SEQUENCE:3"} <= set(lines)
    both = next(line for line in lines if line.startswith("DESCRIPTION:响应截止"))
    assert "Response deadline" in both


def test_a_cancelled_tender_takes_its_events_back() -> None:
    subject = Subject(SUBJECT.id, SUBJECT.reference, "压缩机", "", SUBJECT.url, 4, is_cancelled=True)
    before, after = (unfolded(calendar_text(one, ALL, "zh", made_at=AT)) for one in (SUBJECT, subject))
    assert [line for line in before if line.startswith("UID:")] == [line for line in after if line.startswith("UID:")]
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:4"} <= set(after)
    assert "BEGIN:VALARM" not in after
