"""Desks: whoever hears cases says what they can hear and what touches themselves; a supervisor says it for others.

Every setting stays on record with who made it and when. An interest, once declared, keeps its person from the case
until somebody else ends it: nobody lifts what stands between themselves and a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from adjudication.cases.desks import Desk, DeskChange, Interest
from adjudication.cases.states import HEARD
from adjudication.docket.load import IS_INTERESTED
from adjudication.errors import Conflict, Fault, Malformed, NoStanding, NotFound, OutOfOrder, Stale, Unprocessable
from adjudication.orders.models import Party, Shop
from adjudication.parties import DECIDERS, Actor, Role

#: So many of each a desk names, and so many cases it may be held to.
MOST_NAMED, MOST_CASES = 40, 1000
#: The cases that somebody hears whom this interest keeps from them.
TOUCHED = f"""
SELECT c.number FROM adjudication_case c JOIN adjudication_interest i ON i.user_id = c.arbitrator_id AND {IS_INTERESTED}
WHERE i.id = %(interest)s AND c.state = ANY(%(heard)s) ORDER BY c.number LIMIT 20"""  # noqa: S608  # our own words alone
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class DeskGiven:
    """A desk as somebody wants it set."""

    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    most_cases: int | None = None
    is_away: bool = False
    away_until: datetime | None = None


def may_set(user_id: int, by: Actor) -> bool:
    """One's own desk is set by whoever hears cases; another's by a supervisor."""
    return by.role is Role.SUPERVISOR or (by.role in DECIDERS and by.id == user_id)


def set_desk(user: User, given: DeskGiven, *, by: Actor, seen: int, at: datetime) -> DeskChange | None:
    """Set a desk, and keep how it was set. To set what is set already changes nothing and records nothing.

    Args:
        user: whose; somebody who hears cases.
        given: all that the desk is to say.
        by: themselves, or a supervisor.
        seen: the number of the last change on the page that was filled in; 0 for none.
        at: now.

    Raises:
        NoStanding: it is another's, and `by` is no supervisor.
        Malformed: with what is wrong of each field.
        Stale: somebody has set it meanwhile.

    """
    _require_may_set(user.pk, by)
    _check(given, at=at)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # a desk is set by one at a time, also the first time
        last = DeskChange.objects.filter(user=user).order_by("-pk").first()
        if (last.pk if last else 0) != seen:
            raise Stale(_("Somebody has set this desk meanwhile; look at it again before you change it."))
        desk = Desk.objects.filter(user=user).first() or Desk(user=user)
        before = desk.says()
        desk.languages, desk.categories = list(given.languages), list(given.categories)
        desk.most_cases, desk.is_away, desk.away_until = given.most_cases, given.is_away, given.away_until
        if desk.says() == before:
            return None
        desk.save()
        return DeskChange.objects.create(
            user=user,
            by_id=by.id,
            changed_at=at,
            languages=desk.languages,
            categories=desk.categories,
            most_cases=desk.most_cases,
            is_away=desk.is_away,
            away_until=desk.away_until,
        )


def declare(user: User, *, party_kind: str, external_id: str, kind: str, by: Actor, at: datetime) -> Interest:
    """Declare that a party is somebody's own account, or that they are related to it; from now on they hear none of it.

    Raises:
        NoStanding: it is another's, and `by` is no supervisor.
        Malformed: the kind of party or of interest is none.
        Unprocessable: the marketplace has named no such party.
        Conflict: it is declared already.

    """
    _require_may_set(user.pk, by)
    faults = [
        Fault(field, _("must be one of: %(known)s") % {"known": ", ".join(known)})
        for field, value, known in (("kind", kind, Interest.Kind.values), ("party_kind", party_kind, Party.Kind.values))
        if value not in known
    ]
    if faults:
        raise Malformed(_("Say which party it is, and what ties them."), *faults)
    if not external_id or "\0" in external_id:
        raise Malformed(_("Name the party by the marketplace’s id."), Fault("party", _("must not be empty")))
    party = Party.objects.filter(kind=party_kind, external_id=external_id).first()
    if party is None:
        raise Unprocessable(
            _("The marketplace has named no such party yet; take its id as the marketplace writes it."),
            Fault("party", _("is unknown")),
        )
    declared = Interest(user=user, party=party, kind=kind, declared_by_id=by.id, declared_at=at)
    try:
        with transaction.atomic():
            declared.save()
    except IntegrityError as error:
        raise Conflict(_("This is declared already."), Fault("party", _("is declared already"))) from error
    return declared


def touched_by(interest: Interest) -> list[str]:
    """The numbers of the cases, twenty at most, that who has declared it hears and from now on may not."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"interest": interest.pk, "heard": list(HEARD)})
        return [number for (number,) in cursor.fetchall()]


def end(interest_id: int, *, user: User, by: Actor, at: datetime) -> Interest:
    """A supervisor, and never the person themselves, ends an interest; that it was declared stays on record.

    Raises:
        NoStanding: no supervisor, or their own.
        NotFound: this person has declared no such interest.
        OutOfOrder: it has ended.

    """
    if by.role is not Role.SUPERVISOR or by.id == user.pk:
        raise NoStanding(_("An interest is ended by a supervisor, and never by the person whom it keeps from cases."))
    with transaction.atomic():
        interest = Interest.objects.select_for_update().filter(pk=interest_id, user=user).first()
        if interest is None:
            raise NotFound(_("There is no such interest."))
        if interest.ended_at is not None:
            raise OutOfOrder(_("This interest has ended already."))
        interest.ended_at, interest.ended_by_id = at, by.id
        interest.save(update_fields=["ended_at", "ended_by"])
    return interest


def language_name(code: str, reader: str) -> str:
    """What readers of `reader` call the language of this code; empty where there is none of it."""
    name = Locale.parse(reader, sep="-").languages.get(code, "") if _CODE.fullmatch(code) else ""
    return str(name)


def _require_may_set(user_id: int, by: Actor) -> None:
    if not may_set(user_id, by):
        raise NoStanding(_("Another’s desk is set by a supervisor."))


def _check(given: DeskGiven, *, at: datetime) -> None:
    faults = []
    if unknown := [code for code in given.languages if not language_name(code, "en")]:
        told = _("no language has this code: %(codes)s; write two or three small letters, as in: zh en")
        faults.append(Fault("languages", told % {"codes": ", ".join(unknown)}))
    if unknown := _unknown_categories(given.categories):
        told = _("no shop has this category: %(categories)s")
        faults.append(Fault("categories", told % {"categories": ", ".join(unknown)}))
    for field, named in (("languages", given.languages), ("categories", given.categories)):
        if len(named) > MOST_NAMED:
            faults.append(Fault(field, _("name %(most)d at most") % {"most": MOST_NAMED}))
    if given.most_cases is not None and not 0 <= given.most_cases <= MOST_CASES:
        faults.append(Fault("most_cases", _("must be a whole number from 0 to %(most)d") % {"most": MOST_CASES}))
    if given.away_until is not None and not given.is_away:
        faults.append(Fault("away_until", _("say that they are away, or leave it empty")))
    elif given.away_until is not None and given.away_until <= at:
        faults.append(Fault("away_until", _("must be a moment that is still to come")))
    if faults:
        raise Malformed(_("The desk cannot be set like this."), *faults)


def _unknown_categories(named: Iterable[str]) -> list[str]:
    wanted = [name for name in named if "\0" not in name]
    known = set(Shop.objects.filter(category__in=wanted).values_list("category", flat=True).distinct())
    return [name for name in named if name not in known]
