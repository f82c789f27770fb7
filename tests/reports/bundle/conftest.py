"""The signed file of a case that has come through everything a case can hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.credentials import signing
from adjudication.evidence import intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import appeal, negotiate
from adjudication.procedure.appeal import NamedError
from adjudication.reports.bundle.hand_out import hand_out
from adjudication.reports.bundle.reading import Asker
from tests import walk
from tests.evidence import drawn
from tests.evidence.shelves import Folder


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Folder:
    """A store of evidence of this test's own."""
    found = Folder(tmp_path / "store")
    settings.STORAGES = {**settings.STORAGES, "evidence": found.options}
    return found


@pytest.fixture
def day(db: None, shelf: Folder) -> Iterator[None]:
    """A simulated day long past."""
    with clock.simulated(walk.START):
        yield


def with_file(title: str, content: bytes, kind: Exhibit.Kind = Exhibit.Kind.PHOTO) -> ExhibitGiven:
    """An exhibit with a file."""
    stored = intake.store([content], original_name="camera.jpg", policy=versions.current())
    return ExhibitGiven(kind=kind, title=title, text="As can be seen.", file=stored)


def a_full_case() -> Case:
    """Offers, an inquiry with a code, a corrected kind, files of both sides, a ruling, an appeal, a second ruling."""
    order = walk.register(walk.given_order())
    walk.deliver(order)
    walk.talked(order, ("buyer", "It is cracked, <b>look</b>."), ("seller", "没有裂。"))
    case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order))))
    walk.filed(case, walk.buyer_of(case), with_file("The crack", drawn.photo()))
    walk.filed(case, walk.seller_of(case), with_file("The invoice", drawn.pdf(2), Exhibit.Kind.DOCUMENT))
    walk.filed(case, walk.seller_of(case), with_file("Unpacking it", drawn.film(), Exhibit.Kind.VIDEO))
    chat = walk.filed(case, walk.seller_of(case), walk.an_exhibit("A chat"))
    walk.corrected(case, chat, Exhibit.Kind.OFF_PLATFORM_CHAT)
    with docket.take(case.number) as (taken, at):
        negotiate.make_offer(
            taken, by=walk.seller_of(case), remedy=Remedy.REFUND, amount_minor=4000, text="Half?", at=at
        )
    inquiry = walk.asked(case, Role.BUYER, Role.SELLER, is_challenge=True)
    walk.replied(case, walk.buyer_of(case), inquiry, with_file("With the code", drawn.picture("PNG")))
    ruled, _ruling = walk.ruled(walk.in_ruling(walk.look(case)))
    with docket.take(ruled.number) as (taken, at):
        appeal.appeal(
            taken, by=walk.seller_of(case), grounds="The glaze was never looked at.", error=NamedError.FACT, at=at
        )
    return walk.ruled(
        walk.in_ruling(walk.in_evidence(walk.look(case), by=walk.arbitrator("second", Role.SUPERVISOR))),
        by=walk.arbitrator("second", Role.SUPERVISOR),
    )[0]


def handed(case: Case, to: Actor | None = None, name: str = "b-1", **how: Any) -> bytes:
    """The bytes of its signed file, for the buyer if nobody is named."""
    given = hand_out(case.number, to=Asker(to or walk.buyer_of(case), name), signer=signing.own(), **how)
    with given.file:
        return given.file.read()


#: Made once for all tests that only look at it.
_made: dict[str, bytes] = {}


@pytest.fixture
def full(day: None) -> Case:
    """A full case."""
    return a_full_case()


@pytest.fixture
def sound(request: pytest.FixtureRequest) -> bytes:
    """The signed file of a full case."""
    if "full" not in _made:
        _made["full"] = handed(request.getfixturevalue("full"))
    return _made["full"]


@pytest.fixture
def unpacked(sound: bytes, tmp_path: Path) -> Path:
    """The signed file as a folder."""
    zipped, folder = tmp_path / "case.zip", tmp_path / "unpacked"
    zipped.write_bytes(sound)
    shutil.unpack_archive(zipped, folder)
    return folder


@pytest.fixture
def opened() -> Callable[[bytes], BytesIO]:
    """Bytes as a file."""
    return BytesIO
