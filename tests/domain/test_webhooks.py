"""Signing after Standard Webhooks, where messages may go, and when they are given up."""

import base64
import hashlib
import hmac
import ipaddress
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.kinds import Kind
from app.domain.viewing import datum_of
from app.domain.visibility import Datum
from app.domain.webhooks import (
    SECRET_MARK,
    TOLD_KINDS,
    WAITS,
    body_of,
    decide_address,
    headers_of,
    is_reachable,
    is_taken,
    secret_text,
    wait_after,
)

AT = datetime(2026, 11, 22, 8, 0, 0, 500_000, tzinfo=UTC)
HOUSE = ["10.20.0.0/16", "fd00::/8"]


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_a_receiver_checks_the_signature_with_what_it_was_shown(secret: bytes, body: bytes) -> None:
    headers = headers_of([secret], message_id="m1", sent_at=AT, body=body)
    kept = base64.b64decode(secret_text(secret).removeprefix(SECRET_MARK))
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(signature) == hmac.new(kept, signed, hashlib.sha256).digest()
    assert int(headers["webhook-timestamp"]) == int(AT.timestamp())


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=2, unique=True), st.binary(max_size=200))
def test_while_a_secret_changes_both_sign(secrets: list[bytes], body: bytes) -> None:
    both = headers_of(secrets, message_id="m1", sent_at=AT, body=body)["webhook-signature"]
    alone = [headers_of([each], message_id="m1", sent_at=AT, body=body)["webhook-signature"] for each in secrets]
    assert both.split(" ") == alone


def test_a_known_signature() -> None:
    """The worked example of the specification's own reference library."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    sent_at = datetime.fromtimestamp(1614265330, UTC)
    headers = headers_of(
        [secret], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", sent_at=sent_at, body=b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_body_holds_a_kind_and_ids() -> None:
    ids = {"tender": "a" * 32, "round": None, "lot": "b" * 32}
    told = json.loads(body_of("lot.closed", message_id="m1", source="https://bidroom.example", at=AT, ids=ids))
    assert told == {
        "specversion": "1.0",
        "id": "m1",
        "source": "https://bidroom.example",
        "type": "lot.closed",
        "time": "2026-11-22T08:00:00.500Z",
        "datacontenttype": "application/json",
        "data": {"tender": "a" * 32, "lot": "b" * 32},
    }


def test_nothing_is_told_that_not_every_participant_knows() -> None:
    public = {Datum.NOTICE, Datum.CLOCK, Datum.ANSWERS, Datum.RESULT_NOTICE, Datum.CLOSE_MANIFEST}
    assert {datum_of(kind) for kind in TOLD_KINDS} <= public
    assert not {Kind.LOT_EXTENDED, Kind.BID_ACCEPTED, Kind.INVITATION_ACCEPTED} & set(TOLD_KINDS)


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://erp.example/hook", True),
        ("https://erp.example:8443/hook?x=1", True),
        ("https://93.184.216.34/hook", True),
        ("https://10.20.3.4/hook", True),
        ("http://10.20.3.4:8080/hook", True),
        ("http://erp.example/hook", False),
        ("http://93.184.216.34/hook", False),
        ("https://10.21.0.1/hook", False),
        ("https://localhost/hook", False),
        ("https://127.0.0.1/hook", False),
        ("https://169.254.169.254/latest", False),
        ("https://[::1]/hook", False),
        ("https://[::ffff:127.0.0.1]/hook", False),
        ("https://[fd00::5]/hook", True),
        ("https://user:word@erp.example/", False),
        ("https://erp.example/#x", False),
        ("https://erp.example:99999/", False),
        ("ftp://erp.example/", False),
        ("https:///hook", False),
    ],
)
def test_where_messages_may_go(url: str, is_allowed: bool) -> None:
    assert (decide_address(url, HOUSE) is None) is is_allowed


@given(st.ip_addresses())
def test_no_inner_network_by_default(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_reachable(address, []):
        assert not any((address.is_private, address.is_loopback, address.is_link_local, address.is_multicast))


def test_waits_grow_until_it_is_given_up() -> None:
    waits = [wait_after(tries) for tries in range(1, len(WAITS) + 2)]
    assert waits[-1] is None
    assert list(WAITS) == sorted(WAITS) == waits[:-1]
    assert sum(WAITS, timedelta()) > timedelta(days=3)
    assert [is_taken(status) for status in (200, 204, 301, 404, 500, None)] == [True, True, False, False, False, False]
