"""The two letters of identity: invitation to an account and password reset, in the recipient's language."""

from app.infra.outbox import Letter
from app.infra.world import World

_TEXTS = {
    ("invite", "zh"): (
        "竞价室：请激活您的账户",
        "您好：\n\n您已获邀使用竞价室。请点击以下链接设置密码（链接仅可使用一次，{days} 天内有效）：\n\n{link}\n\n"
        "本邮件由系统自动发送，请勿回复。\n",
    ),
    ("invite", "en"): (
        "Bidroom: activate your account",
        "Hello,\n\nYou have been invited to Bidroom. Set your password here (the link works once, for {days} days):\n\n"
        "{link}\n\nThis message was sent automatically; replies are not read.\n",
    ),
    ("reset", "zh"): (
        "竞价室：重设密码",
        "您好：\n\n请点击以下链接重设密码（链接仅可使用一次，{minutes} 分钟内有效）：\n\n{link}\n\n"
        "如非本人操作，请忽略本邮件，密码不会改变。\n",
    ),
    ("reset", "en"): (
        "Bidroom: reset your password",
        "Hello,\n\nSet a new password here (the link works once, for {minutes} minutes):\n\n{link}\n\n"
        "If you did not ask for this, ignore this message: your password stays as it is.\n",
    ),
}
_PAGES = {"invite": "invitation", "reset": "reset"}


def link_letter(world: World, *, purpose: str, to: str, locale: str, token: str) -> Letter:
    """The letter with a one-time link; the token stands behind ``#`` so that it reaches no server log."""
    language = "zh" if locale.startswith("zh") else "en"
    subject, text = _TEXTS[purpose, language]
    settings = world.settings
    link = f"{settings.public_url.rstrip('/')}/{_PAGES[purpose]}#{token}"
    days, minutes = settings.invitation_link_hours // 24, settings.reset_link_minutes
    return Letter(to, subject, text.format(link=link, days=days, minutes=minutes))
