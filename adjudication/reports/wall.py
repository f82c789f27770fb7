"""The wall: what is on file hangs there for both sides and for whoever decides, the same for everybody who may look.

Both sides' exhibits beside each other, each in the order of filing; what the platform filed stands above them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from adjudication.errors import Fault, Malformed
from adjudication.evidence import copies
from adjudication.evidence.checklists import items_for
from adjudication.evidence.models import Exhibit
from adjudication.reports import frozen

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Exhibit.Kind

ALL = "all"
#: In the order in which they hang.
SIDES = (Exhibit.FiledBy.PLATFORM, Exhibit.FiledBy.BUYER, Exhibit.FiledBy.SELLER)
#: So many exhibits are looked at side by side.
COMPARED = 2


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where one audience finds things: the wall's own page, an original, a copy."""

    page: str
    original: Callable[[Exhibit], str]
    copy: Callable[[Exhibit, str], str]
    receipt: Callable[[Exhibit], str] = lambda _exhibit: ""
    """Of what the reader filed; empty for everything else."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page that is shown of an exhibit."""

    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Hung:
    """One exhibit as it hangs on the wall."""

    exhibit: Exhibit
    original: str = ""
    """Where its file is fetched; empty where it has none."""
    receipt: str = ""
    """Where the receipt is fetched by whoever filed it."""
    thumbnail: str = ""
    leaves: Sequence[Leaf] = ()
    corrects: Exhibit | None = None
    corrected_by: Sequence[Exhibit] = ()
    facts: Sequence[StrOrPromise] = ()
    """What it is said to prove."""
    kind: StrOrPromise = ""
    """What it counts as, in words."""
    is_admissible: bool = True
    correction: object | None = None
    """What staff said last of its kind, and why."""
    messages: Sequence[frozen.Message] = ()
    rows: Sequence[frozen.Row] = ()

    @property
    def is_verbatim(self) -> bool:
        """Did the platform freeze words whose form is not known, so that they are shown as they stand?"""
        return _is_frozen(self.exhibit) and not self.messages and not self.rows


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one side filed for one hearing of the case."""

    instance: int
    hung: Sequence[Hung]


@dataclass(frozen=True, slots=True)
class Side:
    """All that one side filed."""

    by: str
    name: StrOrPromise
    is_own: bool
    rests: bool
    hearings: Sequence[Hearing]
    count: int


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything on file, hung for one audience."""

    page: str
    sides: Sequence[Side]
    by_id: dict[object, Hung] = field(repr=False)
    shown: str = ALL
    """Whose exhibits are shown: a side, or `all`."""
    has_appeals: bool = False
    may_compare: bool = False
    compared: Sequence[Hung] = ()
    asked_wrongly: bool = False
    """A comparison was asked for of fewer or more than two, or of something that is not on file."""

    @property
    def count(self) -> int:
        """How many exhibits there are."""
        return len(self.by_id)

    @property
    def compared_labels(self) -> list[str]:
        """The labels of what is looked at side by side."""
        return [hung.exhibit.label for hung in self.compared]


def hang(
    exhibits: Sequence[Exhibit],
    *,
    reason: str,
    addresses: Addresses,
    asked: QueryDict,
    own: str = "",
    names: dict[str, StrOrPromise] | None = None,
    rested: Collection[str] = (),
    may_compare: bool = False,
) -> Wall:
    """Hang what is on file.

    Args:
        exhibits: of one case, in the order of filing.
        reason: of the case: by its checklist it is said what an exhibit is to prove.
        addresses: the audience's.
        asked: what the reader's address asks for: `show`, a side or `all`; `compare`, the labels of two exhibits.
        own: the reader's own side.
        names: of the two sides, where the reader may know them.
        rested: the sides that file no more.
        may_compare: the reader weighs exhibits against each other.

    Raises:
        Malformed: `show` names no side.

    """
    shown = asked.get("show", ALL)
    if shown not in (ALL, *Exhibit.FiledBy.values):
        told = _("Show what one side filed, or all.")
        raise Malformed(told, Fault("show", _("must be all, buyer, seller or platform"), "invalid_choice"))
    on_file: dict[object, Exhibit] = {exhibit.pk: exhibit for exhibit in exhibits}
    corrections: dict[object, list[Exhibit]] = {}
    for exhibit in exhibits:
        if exhibit.replaces_id:
            corrections.setdefault(exhibit.replaces_id, []).append(exhibit)
    by_id: dict[object, Hung] = {
        each.pk: _hung(each, reason, addresses, on_file.get(each.replaces_id), corrections.get(each.pk, ()))
        for each in exhibits
    }
    sides = [
        _side(by, [hung for hung in by_id.values() if hung.exhibit.by == by], own, (names or {}).get(by, ""), rested)
        for by in SIDES
    ]
    labels = asked.getlist("compare") if may_compare else []
    compared = [hung for hung in by_id.values() if hung.exhibit.label in labels]
    is_pair = len(compared) == len(labels) == COMPARED
    return Wall(
        page=addresses.page,
        sides=[side for side in sides if side.count or side.by != Exhibit.FiledBy.PLATFORM],
        by_id=by_id,
        shown=shown,
        has_appeals=any(exhibit.instance > 1 for exhibit in exhibits),
        may_compare=may_compare and len(by_id) >= COMPARED,
        compared=compared if is_pair else (),
        asked_wrongly=bool(labels) and not is_pair,
    )


def _hung(
    exhibit: Exhibit,
    reason: str,
    addresses: Addresses,
    corrects: Exhibit | None,
    corrected_by: Sequence[Exhibit],
) -> Hung:
    is_chat = _is_frozen(exhibit) and exhibit.kind == Kind.PLATFORM_CHAT
    is_listing = _is_frozen(exhibit) and exhibit.kind == Kind.LISTING_SNAPSHOT
    return Hung(
        exhibit,
        original=addresses.original(exhibit) if exhibit.file_name else "",
        receipt=addresses.receipt(exhibit),
        thumbnail=addresses.copy(exhibit, copies.THUMBNAIL) if exhibit.pages_shown else "",
        leaves=[Leaf(number, addresses.copy(exhibit, str(number))) for number in exhibit.shown],
        corrects=corrects,
        corrected_by=corrected_by,
        facts=[item.sentence for item in items_for(reason, exhibit.by) if item.fact in exhibit.facts],
        kind=exhibit.kind_words,
        is_admissible=exhibit.may_be_cited,
        correction=exhibit.last_correction,
        messages=frozen.messages(exhibit.text) if is_chat else (),
        rows=frozen.rows(exhibit.text) if is_listing else (),
    )


def _is_frozen(exhibit: Exhibit) -> bool:
    """Only the platform's own record is told as chat or listing: words that a side typed are shown as its own."""
    return exhibit.is_of_record and exhibit.kind in (Kind.PLATFORM_CHAT, Kind.LISTING_SNAPSHOT)


def _side(by: Exhibit.FiledBy, hung: Sequence[Hung], own: str, name: StrOrPromise, rested: Collection[str]) -> Side:
    hearings = [Hearing(instance, list(filed)) for instance, filed in groupby(hung, lambda each: each.exhibit.instance)]
    return Side(by.value, name, by == own, by in rested, hearings, len(hung))
