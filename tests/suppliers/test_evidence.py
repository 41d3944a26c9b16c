"""Evidence files: told by content, bounded, noted, given back byte for byte under a neutral name."""

import struct
import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.certification import Aspect
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.infra.errors import Problem
from app.suppliers import evidencing
from app.suppliers.dossier_store import Evidence
from app.suppliers.evidencing import MOST_BYTES, AddEvidence, add_evidence, read_evidence
from app.suppliers.media import MediaType, media_type_of
from app.suppliers.reading import read_dossier
from tests.suppliers.parties import entries_of, hire, register
from tests.worlds import TestWorld, make_actor

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9 + b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xd9"
)


def a_png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 20))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("data", "media"), [(PDF, MediaType.PDF), (a_png(), MediaType.PNG), (JPEG, MediaType.JPEG)])
def test_three_types_are_told_by_content(data: bytes, media: MediaType) -> None:
    assert media_type_of(data) is media


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html>%PDF-1.7 %%EOF",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"PK\x03\x04" + PDF,
        PDF[:-7],
        PDF + b"PK\x03\x04 rest PK\x05\x06" + b"\x00" * 18,
        PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type"),
        PDF.replace(b"/Type", b"/Names<</EmbeddedFiles 3 0 R>>/Type"),
        PDF.replace(b"1.7", b"9.9"),
        a_png() + b"<script>",
        a_png(20_000, 20_000),
        a_png(0, 5),
        a_png()[:-4],
        JPEG + b"PK\x03\x04",
        JPEG.replace(b"\x00\x10\x00\x20", b"\xff\xff\xff\xff"),
        b"\xff\xd8\xff\xd9",
        b"GIF89a",
    ],
)
def test_everything_else_is_none_of_them(data: bytes) -> None:
    assert media_type_of(data) is None


@given(st.binary(max_size=300), st.sampled_from([b"", PDF[:12], a_png()[:20], JPEG[:12]]))
def test_no_bytes_make_the_check_fail(data: bytes, head: bytes) -> None:
    assert media_type_of(head + data) in {None, *MediaType}


async def test_a_file_is_kept_byte_for_byte_and_noted_by_its_digest(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    command = AddEvidence(Aspect.QUALITY, "ISO 9001  certificate", PDF)
    added = await add_evidence(house.world, staff.purchaser, supplier_id, command)
    assert isinstance(added, Evidence)
    content = await read_evidence(house.world, supplier_id, added.id)
    assert (content.data, content.media_type) == (PDF, "application/pdf")
    assert content.name == f"quality-{added.id[:8]}.pdf"
    last = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1]
    assert (last.kind, last.data["sha256"], last.data["title"]) == (
        Kind.EVIDENCE_ADDED, added.sha256, "ISO 9001 certificate",
    )  # fmt: skip


async def test_a_supplier_brings_its_own_and_stays_unnamed_in_the_entry(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    own = await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)
    added = await add_evidence(house.world, own, supplier_id, AddEvidence(Aspect.CREDIT, "Rating", a_png()))
    assert isinstance(added, Evidence)
    assert added.by_supplier
    last = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1]
    assert (last.actor_role, last.actor_ref) == ("supplier", None)


NOT_ALLOWED: list[tuple[str, bytes, int | None, Code]] = [
    ("ISO 9001", b"", None, Code.INCOMPLETE),
    ("", PDF, None, Code.INCOMPLETE),
    ("call 138 0013 8000", PDF, None, Code.INCOMPLETE),
    ("see www.lanchuan.example", PDF, None, Code.INCOMPLETE),
    ("ask zhao@lanchuan.example", PDF, None, Code.INCOMPLETE),
    ("微信 lanchuan", PDF, None, Code.INCOMPLETE),
    ("x\u202egpj.exe", PDF, None, Code.INCOMPLETE),
    ("ISO 9001", b"MZ executable", None, Code.NOT_ALLOWED_HERE),
    ("ISO 9001", PDF + b"\x00" * MOST_BYTES, None, Code.TOO_LARGE),
    ("ISO 9001", PDF, 0, Code.OUT_OF_RANGE),
]


async def test_what_is_not_allowed_is_refused_noted_and_not_stored(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    for title, data, days, code in NOT_ALLOWED:
        until = None if days is None else house.clock.now() + timedelta(days=days)
        command = AddEvidence(Aspect.QUALITY, title, data, until)
        found = await add_evidence(house.world, staff.purchaser, supplier_id, command)
        assert isinstance(found, Refusal), title
        assert found.code is code
        last = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1]
        assert (last.kind, last.data["code"]) == (Kind.SUPPLIER_REFUSED, code.value)
    assert (await read_dossier(house.world, supplier_id)).evidence == []
    assert not [path for path in house.world.files.folder.rglob("*") if path.is_file()]


async def test_a_supplier_cannot_fill_the_store(house: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidencing, "MOST_FILES", 2)
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    found = [
        await add_evidence(house.world, staff.purchaser, supplier_id, AddEvidence(Aspect.QUALITY, f"page {n}", PDF))
        for n in range(3)
    ]
    assert [isinstance(one, Evidence) for one in found] == [True, True, False]
    assert found[2] == Refusal(Code.TOO_LARGE, {"field": "files", "most": "2"})


async def test_another_suppliers_file_is_the_one_404(house: TestWorld) -> None:
    staff = await hire(house.world)
    first, second = await register(house.world, staff, 1), await register(house.world, staff, 2)
    added = await add_evidence(house.world, staff.purchaser, first, AddEvidence(Aspect.QUALITY, "ISO 9001", PDF))
    assert isinstance(added, Evidence)
    for supplier_id, evidence_id in ((second, added.id), (first, "0" * 32), (first, added.file_id)):
        with pytest.raises(Problem) as caught:
            await read_evidence(house.world, supplier_id, evidence_id)
        assert caught.value.status == 404


async def test_missing_evidence_is_told_by_aspect_and_by_the_clock(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    until = house.clock.now() + timedelta(days=10)
    await add_evidence(house.world, staff.purchaser, supplier_id, AddEvidence(Aspect.QUALITY, "ISO 9001", PDF, until))
    await add_evidence(house.world, staff.purchaser, supplier_id, AddEvidence(Aspect.CREDIT, "Rating", PDF))
    assert (await read_dossier(house.world, supplier_id)).missing_evidence == [Aspect.DELIVERY]
    house.clock.wind(days=10)
    assert (await read_dossier(house.world, supplier_id)).missing_evidence == [Aspect.QUALITY, Aspect.DELIVERY]
