"""What envelopes are opened with: the server's lock, and with a committee what its members have released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.live_rules_json import instant_text
from app.domain.sealing.committee import Committee, share_of
from app.domain.sealing.header import Envelope, Header
from app.domain.sealing.package import Finding, Opened, find_secret, open_server_wrap, repeat_opening
from app.domain.sealing.releases import Bundle, omissions_of
from app.domain.sealing.suite import KeyPair


@dataclass(frozen=True, slots=True)
class Keyring:
    """The lock, and the bundles of the seats that have spoken; `digests` of these, and the seats' titles."""

    lock: KeyPair
    committee: Committee | None
    bundles: tuple[Bundle, ...] = ()
    digests: Mapping[int, str] = field(default_factory=dict)
    titles: Sequence[str] = ()
    received: Mapping[int, datetime] = field(default_factory=dict)
    # Bidder-assisted: the secrets that bidders gave, by package, and the approval by which they were asked.
    given: Mapping[str, bytes] | None = None
    recovery: str | None = None

    def present(self, false: Sequence[tuple[str, int]]) -> list[dict[str, Any]] | None:
        """Who released and when, for the opening record, what each left out and why, and of which packages a seat said
        what is not so; None without a committee."""
        if self.committee is None:
            return None
        left_out = {each.seat: omissions_of(each) for each in self.bundles}
        return [
            {
                "seat": seat,
                "title": self.titles[seat - 1],
                "bundle": digest,
                "received_at": instant_text(self.received[seat]),
                "omitted": left_out.get(seat, []),
                "false": sorted(package for package, told in false if told == seat),
            }
            for seat, digest in sorted(self.digests.items())
        ]


def open_with(
    keys: Keyring, package: str, header: Header, envelope: Envelope, ct: bytes
) -> tuple[Opened | Finding, bytes | None]:
    """(what an envelope says or whose fault it is that it does not, its secret where one was found).

    What lies altered is not opened: its secret would open the receipted bytes too. Of a package that too few members
    released nothing is opened either.
    """
    binding, committee = header.binding, keys.committee
    found = repeat_opening(keys.lock.public, binding, envelope, ct, b"", committee)
    if found is Finding.ALTERED_IN_CUSTODY:
        return found, None
    lock_seed = open_server_wrap(keys.lock.private, binding, envelope)
    if lock_seed is None:
        return Finding.BIDDER_MALFORMED, None
    if committee is None:
        return repeat_opening(keys.lock.public, binding, envelope, ct, lock_seed), lock_seed
    if keys.given is not None:
        told = keys.given.get(package)
        if told is None:
            return Finding.NOT_OPENED, None
        return repeat_opening(keys.lock.public, binding, envelope, ct, told, committee), told
    released = {each.seat: each.secrets[package] for each in keys.bundles if package in each.secrets}
    shares = {seat: share_of(binding, envelope, seat, secret) for seat, secret in released.items()}
    whole = {seat: share for seat, share in shares.items() if share is not None}
    if len(whole) < committee.k:
        return Finding.NOT_OPENED, None
    secret = find_secret(binding, envelope, lock_seed, committee.k, whole)
    return repeat_opening(keys.lock.public, binding, envelope, ct, secret, committee), secret
