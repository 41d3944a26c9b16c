"""`bidroom trustee` and `bidroom open` from the shell: a member's part, and the opener that needs no service."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.client.caller import CallError
from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.header import Binding, EnvelopeKind, Header, encode, header_json
from app.domain.sealing.member_key import MemberKeyFile, member_key_file, open_member_key
from app.domain.sealing.offline import server_lock_of
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.policy import KeyPolicy, MemberKey, policy_digest, policy_json
from app.domain.sealing.suite import derive_key_pair
from app.trustee_cli import refusal_text

RUNNER = CliRunner()
PASSPHRASE = "correct horse battery"
ROUND, LOT, MASTER = "a" * 32, "b" * 32, bytes(range(32))
PAIRS = [derive_key_pair(bytes([number]) * 32) for number in (1, 2, 3)]
AMOUNT = "278.46"


def policy() -> KeyPolicy:
    titles = ("audit", "technical", "external")
    return KeyPolicy(
        round=ROUND,
        lots=(LOT,),
        server_lock=server_lock_of(MASTER, ROUND).public.hex(),
        journal_key="1" * 64,
        rules_digest="2" * 64,
        custody="committee",
        k=2,
        members=tuple(MemberKey(title, pair.public.hex()) for title, pair in zip(titles, PAIRS, strict=True)),
    )


def package_file(tag: str, amount: str = AMOUNT) -> dict[str, Any]:
    made = policy()
    binding = Binding(ROUND, LOT, tag, 1, policy_digest(made))
    body, lock = pack_price(PriceOffer(LOT, "CNY", amount, 2)), server_lock_of(MASTER, ROUND).public
    secret = tag.encode()[:32] * 2
    envelope, ct = seal_envelope(lock, binding, EnvelopeKind.PRICE, body, 4096, secret, made.committee)
    header = header_json(Header(binding, (envelope,)))
    price = {"ct": encode(ct)}
    return {"v": 1, "kind": "bidroom.package", "policy": policy_json(made), "header": header, "price": price,
            "tech": None}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BIDROOM_KEY_PASSPHRASE", PASSPHRASE)
    for number, tag in enumerate(("c" * 32, "d" * 32), start=1):
        (tmp_path / f"package{number}.json").write_text(json.dumps(package_file(tag)), encoding="utf-8")
    for seat, pair in enumerate(PAIRS, start=1):
        file = member_key_file(ROUND, seat, pair, PASSPHRASE, salt=bytes([seat]) * 16, nonce=bytes(12))
        (tmp_path / f"key{seat}.json").write_text(json.dumps(file), encoding="utf-8")
    (tmp_path / "lock.key").write_bytes(MASTER)
    return tmp_path


def run_open(*seats: int, more: tuple[str, ...] = ("--lock-key", "lock.key")) -> Result:
    keys = [part for seat in seats for part in ("--key", f"key{seat}.json")]
    return RUNNER.invoke(cli, ["open", "package1.json", "package2.json", *keys, *more])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("seats", [(1, 2), (1, 3), (2, 3), (1, 2, 3)])
def test_k_key_files_and_the_lock_open_everything(seats: tuple[int, ...]) -> None:
    done = run_open(*seats)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [(row["result"], row["amount"]) for row in told] == [("opened", AMOUNT)] * 2


@pytest.mark.parametrize("seats", [(), (1,), (3,)])
def test_s05_with_one_file_less_nothing_is_opened_and_nothing_written(folder: Path, seats: tuple[int, ...]) -> None:
    done = run_open(*seats, more=("--lock-key", "lock.key", "--out", "opened.json"))
    assert done.exit_code == 2
    assert not (folder / "opened.json").exists()
    assert AMOUNT not in done.output
    assert done.stdout == ""


@pytest.mark.usefixtures("folder")
def test_one_file_twice_counts_once() -> None:
    done = run_open(1, 1)
    assert done.exit_code == 2
    assert "twice" in done.output


@pytest.mark.parametrize("what", ["lock", "policy", "passphrase", "key", "package"])
def test_what_does_not_fit_opens_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    if what == "lock":
        (folder / "lock.key").write_bytes(bytes(32))
    elif what == "passphrase":
        monkeypatch.setenv("BIDROOM_KEY_PASSPHRASE", "something else")
    elif what == "key":
        stranger = derive_key_pair(b"9" * 32)
        file = member_key_file(ROUND, 2, stranger, PASSPHRASE, salt=bytes(16), nonce=bytes(12))
        (folder / "key2.json").write_text(json.dumps(file), encoding="utf-8")
    elif what == "policy":
        held = package_file("e" * 32)
        held["policy"] = {**held["policy"], "k": 3}
        (folder / "package2.json").write_text(json.dumps(held), encoding="utf-8")
    else:
        (folder / "package2.json").write_text("{}", encoding="utf-8")
    done = run_open(1, 2)
    assert done.exit_code == 2
    assert AMOUNT not in done.output


def test_a_changed_package_is_told_and_the_exit_says_so(folder: Path) -> None:
    held = package_file("d" * 32)
    ct = held["price"]["ct"]
    held["price"] = {"ct": ("B" if ct[0] == "A" else "A") + ct[1:]}
    (folder / "package2.json").write_text(json.dumps(held), encoding="utf-8")
    done = run_open(1, 2)
    assert done.exit_code == 1
    assert sorted(row["result"] for row in json.loads(done.stdout)) == ["altered_in_custody", "opened"]


def test_keygen_writes_a_file_once_that_its_passphrase_opens(folder: Path) -> None:
    asked = ["trustee", "keygen", "--round", ROUND, "--seat", "2", "--out", "mine.json"]
    assert RUNNER.invoke(cli, asked).exit_code == 0
    opened = open_member_key(json.loads((folder / "mine.json").read_text(encoding="utf-8")), PASSPHRASE)
    assert isinstance(opened, MemberKeyFile)
    assert (opened.round, opened.seat) == (ROUND, 2)
    assert (folder / "mine.json").stat().st_mode & 0o077 == 0
    before = (folder / "mine.json").read_bytes()
    assert RUNNER.invoke(cli, asked).exit_code == 2
    assert (folder / "mine.json").read_bytes() == before


def test_a_short_passphrase_makes_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIDROOM_KEY_PASSPHRASE", "short")
    done = RUNNER.invoke(cli, ["trustee", "keygen", "--round", ROUND, "--seat", "1", "--out", "mine.json"])
    assert done.exit_code == 2
    assert not (folder / "mine.json").exists()


@pytest.mark.parametrize("name", ["nonsense", "A" * 32, "a" * 31])
def test_a_round_that_is_none_makes_no_key_and_says_where_to_look(folder: Path, name: str) -> None:
    done = RUNNER.invoke(cli, ["trustee", "keygen", "--round", name, "--seat", "1", "--out", "mine.json"])
    assert done.exit_code == 2
    assert "trustee status" in done.output
    assert not (folder / "mine.json").exists()


@pytest.mark.usefixtures("folder")
def test_a_missing_quorum_says_how_many_it_takes() -> None:
    done = run_open(1)
    assert "QUORUM_MISSING" in done.output
    assert "2 of 3 seats" in done.output


def test_a_refusal_says_its_code_what_would_be_accepted_and_its_details() -> None:
    error = CallError("POST", "/rounds/r/releases", 422, {"code": "RELEASE_FALSE", "detail": {"seat": "2"}})
    assert refusal_text(error) == (
        "RELEASE_FALSE: your key does not open what it should: is it the file you made for this round? (seat 2)"
    )
    assert refusal_text(CallError("GET", "/x", 502, {})) == "502"


def test_the_help_tells_the_order_and_where_secrets_come_from() -> None:
    told = RUNNER.invoke(cli, ["trustee", "--help"]).output
    for word in ("status", "keygen", "BIDROOM_KEY_PASSPHRASE", "Exit 2"):
        assert word in told
