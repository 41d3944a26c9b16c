"""Shapes of notices on the wire."""

from app.domain.noticing import NoticeKind
from app.infra.web import InstantText, StrictModel


class NoticeView(StrictModel):
    """A notice; the page translates ``kind`` with ``params``, ``subject`` and ``text`` are in the reader's language."""

    id: str
    kind: NoticeKind
    params: dict[str, str]
    subject: str
    text: str
    tender_id: str | None
    made_at: InstantText
    is_read: bool


class NoticesView(StrictModel):
    """The own notices."""

    unread: int
    notices: list[NoticeView]
