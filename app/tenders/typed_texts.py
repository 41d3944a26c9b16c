"""Scalars of drafts on the wire: whatever can be typed is kept, the pre-flight says what is wrong with it."""

from typing import Annotated

from pydantic import Field, StringConstraints

# Wider than what may be published, so that a text that is too long is kept and named instead of lost.
Typed = Annotated[str, StringConstraints(max_length=1000)]
TypedLong = Annotated[str, StringConstraints(max_length=10_000)]
# In seconds some three years.
Count = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Version = Annotated[int, Field(strict=True, ge=1)]
GroupId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
IdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
