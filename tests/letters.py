"""What stands in a mail."""

from email.message import EmailMessage


def text_of(mail: EmailMessage) -> str:
    """Everything a reader finds in a mail: its text, and the texts that go with it."""
    return "\n".join(str(part.get_content()) for part in mail.walk() if not part.is_multipart())
