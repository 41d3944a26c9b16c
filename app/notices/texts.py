"""Texts of notices in both languages, from the templates beside this file (first line: subject)."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.noticing import NoticeKind

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - plain text mails, never HTML
    keep_trailing_newline=True,
)
_FOOTERS = {
    "zh": "\n{link}\n\n本通知由竞价室自动发送，请勿回复。\n",
    "en": "\n{link}\n\nSent automatically by Bidroom; replies are not read.\n",
}


def language_of(locale: str) -> str:
    """The language of an account's texts: ``zh`` or ``en``."""
    return "zh" if locale.startswith("zh") else "en"


def render(kind: NoticeKind, locale: str, params: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of a notice in a language (``zh`` or ``en``). Raises UndefinedError where a parameter is
    missing."""
    language = language_of(locale)
    # A line break in a parameter must not make a second header or a fake line of ours.
    clean = {name: " ".join(value.split()) for name, value in params.items()}
    text = _TEMPLATES.get_template(f"{kind.value}.{language}.txt").render(clean)
    subject, _, body = text.partition("\n")
    return subject, body + _FOOTERS[language].format(link=clean.get("link", ""))
