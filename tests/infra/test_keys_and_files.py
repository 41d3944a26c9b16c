"""Keys and files outside the database."""

from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.infra.db import Amount
from app.infra.files import Files
from app.infra.keys import load_keys, make_keys


def test_keys_survive_a_restart_and_are_nobody_elses(tmp_path: Path) -> None:
    first = load_keys(tmp_path / "keys")
    sealed = first.seal("vault", b"who is who", b"row-1")
    second = load_keys(tmp_path / "keys")
    assert second.unseal("vault", sealed, b"row-1") == b"who is who"
    assert second.lookup("x") == first.lookup("x")
    Ed25519PublicKey.from_public_bytes(first.public_key).verify(second.sign(b"m"), b"m")
    for file in (tmp_path / "keys").iterdir():
        assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "keys" / "vault.key").chmod(0o640)
    with pytest.raises(PermissionError):
        load_keys(tmp_path / "keys")


def test_a_sealed_value_opens_only_in_its_place() -> None:
    keys = make_keys()
    sealed = keys.seal("vault", b"secret", b"row-1")
    for purpose, aad, value in (
        ("scoring", b"row-1", sealed),
        ("vault", b"row-2", sealed),
        ("vault", b"row-1", sealed[:-1]),
    ):
        with pytest.raises(ValueError, match="does not open"):
            keys.unseal(purpose, value, aad)
    assert keys.seal("vault", b"secret", b"row-1") != sealed


async def test_files_are_create_only_under_random_ids(tmp_path: Path) -> None:
    files = Files(tmp_path)
    one, two = await files.put(b"same"), await files.put(b"same")
    assert one.id != two.id
    assert one.sha256 == two.sha256
    assert await files.read(one.id) == b"same"
    for bad in ("../../etc/passwd", "f" * 32, "", "F" * 32):
        with pytest.raises(FileNotFoundError):
            await files.read(bad)


@given(st.decimals(min_value=0, max_value=10**12, places=4))
def test_amounts_survive_the_database_exactly(amount: Decimal) -> None:
    column = Amount()
    stored = column.process_bind_param(amount, None)  # type: ignore[arg-type]  # the dialect is not used
    assert column.process_result_value(stored, None) == amount  # type: ignore[arg-type]  # the dialect is not used


def test_a_fifth_digit_is_a_bug_not_a_rounding() -> None:
    with pytest.raises(ValueError, match="four digits"):
        Amount().process_bind_param(Decimal("1.00001"), None)  # type: ignore[arg-type]  # the dialect is not used
