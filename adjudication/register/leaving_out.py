"""What a published ruling leaves out: everything that names a person, a shop, an order or a parcel.

What this case knows of its two sides is found wherever it occurs; what it cannot know is known by its form: addresses,
telephone numbers, accounts. Too much left out does less harm than too little, and a person looks before it is read.
In its place stands what it was, as in “[buyer]”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.orders.models import ParcelReport
from adjudication.rulings.models import Ruling

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What stands for what was left out, in the reader's language.
PLACES: dict[str, StrOrPromise] = {
    "buyer": _("buyer"),
    "seller": _("seller"),
    "arbitrator": _("arbitrator"),
    "person": _("a person"),
    "order": _("order number"),
    "case": _("case number"),
    "parcel": _("parcel number"),
    "address": _("address"),
    "email": _("e-mail address"),
    "phone": _("telephone number"),
    "account": _("account"),
    "link": _("link"),
    "number": _("number"),
}
PLACE = re.compile(r"\[(" + "|".join(PLACES) + r")\]")

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
LATIN = r"0-9A-Za-z\u00c0-\u024f"
#: What follows a family name alone.
ADDRESSED = "先生|女士|小姐|太太|老师|某某?"
KIND_OF_SHOP = re.compile("(?:官方)?(?:旗舰店|专营店|专卖店|企业店|小店|店铺|店)$")
#: By its form, in any case; each is bounded, so that no text takes long.
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")),
    ("link", re.compile(r"(?:https?://|www\.)[^\s，。；、）)\]]{1,500}(?<![,.;:!?])", re.I)),
    (
        "account",
        re.compile(
            r"(?:微信|威信|薇信|wechat|weixin|vx|qq|whatsapp|telegram|支付宝|alipay)\s?(?:号码?|账号|id)?"
            r"(?:\s{0,3}[:：]\s{0,3}|\s{1,3}(?:is\s|是)?|是)?[A-Za-z0-9_-]{4,40}",
            re.I,
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
            r"|(?<![0-9A-Za-z])0\d{2,3}[\s-]?\d{7,8}(?!\d)"
            r"|\+\d{1,3}(?:[\s().-]{0,2}\d){6,13}(?!\d)"
        ),
    ),
    (
        "address",
        re.compile(
            rf"(?:[{HAN}]{{2,7}}(?:省|自治区|市|区|县|镇|乡)){{0,4}}[{HAN}]{{1,6}}(?:路|街|大道|道|巷|弄|胡同)"
            rf"\s?\d{{1,5}}\s?(?:号|弄)(?:[{HAN}\d-]{{0,12}}(?:室|楼|栋|单元|幢|层|座))?"
        ),
    ),
    (
        "address",
        re.compile(
            r"(?<![0-9A-Za-z])\d{1,5}[A-Za-z]?,?\s(?:[A-Z][A-Za-z'.-]{0,30}\s){1,4}"
            r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Square|Sq)(?![A-Za-z])"
        ),
    ),
    (
        "number",
        re.compile(
            r"(?<![0-9A-Za-z.])(?!\d{4}-\d\d-\d\d(?!\d))[A-Za-z]{0,4}\d(?:-?\d){7,30}[A-Za-z]{0,3}(?![0-9A-Za-z])"
        ),
    ),
)


class Known(NamedTuple):
    """Something this case knows by name, and what stands in its place."""

    place: str
    pattern: re.Pattern[str]


def known_of(case: Case, ruling: Ruling, parcels: Iterable[ParcelReport]) -> list[Known]:
    """All that this case knows of its sides, its order, its parcels and who decided it."""
    parcels = list(parcels)
    people = [*_names("buyer", case.buyer.name), *_names("person", *(report.signed_by for report in parcels))]
    for user in (ruling.decided_by, ruling.confirmed_by):
        people += _names("arbitrator", user.get_full_name()) if user else []
        people += _exact("arbitrator", user.get_username()) if user else []
    shop = case.shop.party.name
    places = [case.return_address, case.shop.return_address]
    return [
        *_exact("address", *places, *(line for place in places for line in re.split(r"[\n;；]", place))),
        *_exact("order", case.order.number),
        *_exact("case", case.number),
        *_exact("parcel", *(report.tracking_number for report in parcels)),
        *_exact("email", case.buyer.email, case.shop.party.email),
        *_exact("seller", shop, KIND_OF_SHOP.sub("", shop), case.shop.party.external_id),
        *_exact("buyer", case.buyer.external_id),
        *people,
    ]


def leave_out(text: str, known: Iterable[Known]) -> str:
    """The text without any of it. Written twice, it is the same as once."""
    seen = "".join(map(_narrow, text))  # of the same length: a place found there is a place in the text
    told, end = [], 0
    for start, stop, place in _together(_found(seen, known)):
        told += [text[end:start], f"[{place}]"]
        end = stop
    return "".join([*told, text[end:]])


def _found(text: str, known: Iterable[Known]) -> Iterator[tuple[int, int, str]]:
    standing = [match.span() for match in PLACE.finditer(text)]
    for place, pattern in (*known, *FORMS):
        for match in pattern.finditer(text):
            start, stop = match.span()
            if start < stop and not any(start < right and left < stop for left, right in standing):
                yield start, stop, place


def _together(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Places in their order; those that overlap are one, called by what begins first and reaches furthest."""
    joined: list[tuple[int, int, str]] = []
    for start, stop, place in sorted(found, key=lambda span: (span[0], -span[1])):
        if joined and start < joined[-1][1]:
            left, right, first = joined[-1]
            joined[-1] = (left, max(right, stop), first)
        else:
            joined.append((start, stop, place))
    return joined


def _exact(place: str, *texts: str) -> list[Known]:
    """These texts as they stand, whatever their case and gaps; what is too short to tell anything is let be."""
    return [Known(place, re.compile(_pattern(text), re.I)) for text in texts if _tells(text)]


def _names(place: str, *names: str) -> list[Known]:
    """Names of people: whole, each part of a Latin one, and a Chinese family name before a form of address."""
    found = _exact(place, *names)
    for name in map(_narrowed, names):
        if re.fullmatch(rf"[{HAN}]{{2,4}}", name):
            found.append(Known(place, re.compile(f"{name[0]}(?:{ADDRESSED})")))
        else:
            parts = [part for part in re.split(r"[^\w'-]+", name) if len(part) >= 3 and part[0].isupper()]
            found += [Known(place, re.compile(_pattern(part))) for part in parts]
    return found


def _tells(text: str) -> bool:
    text = text.strip()
    return len(text) >= 3 or (len(text) == 2 and not text.isascii())


def _pattern(text: str) -> str:
    """The text with any gaps between its words, and nothing of the same writing beside it."""
    text = _narrowed(text)
    gaps = r"\s{0,5}" if re.search(rf"[{HAN}]", text) else r"\s{1,5}"
    inner = gaps.join(re.escape(word) for word in text.split())
    before = rf"(?<![{LATIN}])" if re.match(rf"[{LATIN}]", text) else ""
    behind = rf"(?![{LATIN}])" if re.match(rf"[{LATIN}]", text[-1]) else ""
    return f"{before}{inner}{behind}"


def _narrowed(text: str) -> str:
    return "".join(map(_narrow, text.strip()))


def _narrow(character: str) -> str:
    """A letter, digit or sign in its usual width; whatever would become more than one character stays."""
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character
