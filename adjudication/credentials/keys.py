"""API keys: made once and shown once, kept as a hash, scoped, and bound to whom they act as."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.credentials.models import AccessChange, ApiKey, Scope
from adjudication.docket.read import Reader
from adjudication.errors import Fault, Malformed, NotFound, OutOfOrder, Unauthenticated
from adjudication.orders.models import Party
from adjudication.statements import rows

LONGEST_NAME = 120
#: The last use is noted this often at most, so that reading does not write all the time.
NOTE_USE_EVERY = timedelta(minutes=1)

KEYS, USERS, PARTIES = Reader(ApiKey, "k"), Reader(User, "u"), Reader(Party, "p")
#: Asked with every request: one statement for the key, whose it is, and the time.
FIND = f"""
SELECT coalesce(%(at)s::timestamptz, clock_timestamp()), {KEYS.columns}, {USERS.columns}, {PARTIES.columns}
FROM adjudication_apikey k LEFT JOIN auth_user u ON u.id = k.user_id LEFT JOIN adjudication_party p ON p.id = k.party_id
WHERE k.prefix = %(prefix)s AND k.revoked_at IS NULL"""  # noqa: S608  # our own models' columns


def create(
    name: str,
    *,
    scopes: Sequence[str],
    user: User | None = None,
    party: Party | None = None,
    expires_at: datetime | None = None,
    by: User | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; the text is returned this once and cannot be shown again.

    Args:
        name: what it is called; several may be called the same.
        scopes: what it may be used for.
        user: the member of staff it acts as.
        party: the buyer or shop it acts as; without either it is the marketplace's.
        expires_at: when it ends; absent: never.
        by: who makes it; None for a command on the server.

    Raises:
        Malformed: no name, an unknown scope, none at all, both a user and a party, or an end that has passed.

    """
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Malformed(
            _("Name the key, in at most %(most)d characters.") % {"most": LONGEST_NAME},
            Fault("name", _("must not be empty")),
        )
    if unknown := sorted(set(scopes) - set(Scope.values)):
        raise Malformed(
            _("Unknown scopes: %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(Scope.values)},
            Fault("scopes", _("names a scope that does not exist")),
        )
    if not scopes:
        raise Malformed(_("Name at least one scope."), Fault("scopes", _("must not be empty")))
    if user is not None and party is not None:
        raise Malformed(_("A key acts as a member of staff or as a party, not as both."))
    if expires_at is not None and expires_at <= clock.now():
        raise Malformed(_("This key would have expired already."), Fault("expires", _("must lie ahead")))
    text = f"adj_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=text[:12],
            secret_hash=_hash(text),
            scopes=sorted(set(scopes)),
            user=user,
            party=party,
            created_at=clock.now(),
            expires_at=expires_at,
        )
        AccessChange.objects.create(kind=AccessChange.Kind.KEY_MADE, at=key.created_at, by=by, key=key)
    return key, text


def succeed(key: ApiKey, *, by: User | None) -> tuple[ApiKey, str]:
    """Make the key that takes this one's place: same name, holder, scopes and length of life. Both are valid meanwhile.

    Raises:
        OutOfOrder: the key is not valid any more, or has its successor already.

    """
    with transaction.atomic():
        _lock(key)
        # Asked only now: the successor that another has just made is seen by a statement that begins after it.
        same = ApiKey.objects.filter(name=key.name, user=key.user, party=key.party)
        valid = [each for each in same.order_by("pk") if is_valid(each, at=clock.now())]
        if key not in valid:
            raise OutOfOrder(_("This key is not valid any more; make another one."))
        if len(valid) > 1:
            raise OutOfOrder(_("Two keys of this name are valid already: revoke the one that is no longer used."))
        life = key.expires_at - key.created_at if key.expires_at else None
        return create(
            key.name,
            scopes=key.scopes,
            user=key.user,
            party=key.party,
            expires_at=clock.now() + life if life else None,
            by=by,
        )


def authenticate(text: str) -> ApiKey:
    """Find the key that this text is.

    Raises:
        Unauthenticated: unknown, revoked, expired, or of a member of staff who has left.

    """
    found = rows(FIND, {"prefix": text[:12], "at": clock.simulated_at()})
    key, now = _built(*found[0]) if found else (None, None)
    if (
        key is None
        or now is None
        or not secrets.compare_digest(key.secret_hash, _hash(text))
        or not is_valid(key, at=now)
    ):
        raise Unauthenticated(_("This key is not known; send “Authorization: Bearer KEY” with a valid one."))
    if key.last_used_at is None or now - key.last_used_at > NOTE_USE_EVERY:
        _note_use(key, now)
    return key


def revoke(prefix: str, *, reason: str, by: User | None = None) -> ApiKey:
    """Take one key back for good, by its prefix as it is listed; it is unknown from now on.

    Raises:
        NotFound: there is no such key, or it has been revoked already.
        Malformed: without a reason.

    """
    found = _revoke(ApiKey.objects.filter(prefix=prefix), reason=reason, by=by)
    if not found:
        raise NotFound(_("There is no valid key that begins with “%(prefix)s”.") % {"prefix": prefix[:120]})
    return found[0]


def revoke_named(name: str, *, reason: str, by: User | None = None) -> list[ApiKey]:
    """Take every valid key of this name back for good.

    Raises:
        NotFound: there is none.
        Malformed: without a reason.

    """
    found = _revoke(ApiKey.objects.filter(name=name), reason=reason, by=by)
    if not found:
        raise NotFound(_("There is no valid key “%(named)s”; list_api_keys names them.") % {"named": name[:120]})
    return found


def is_prefix(text: str) -> bool:
    """Is this how one of the keys begins, as it is listed?"""
    return ApiKey.objects.filter(prefix=text).exists()


def is_valid(key: ApiKey, *, at: datetime) -> bool:
    """Would this key open the door?"""
    is_of_one_who_left = key.user is not None and not key.user.is_active
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at) and not is_of_one_who_left


def _built(at: datetime, *columns: Any) -> tuple[ApiKey, datetime]:
    """The key with whom it acts as, and the time."""
    key = KEYS.build(columns)
    key._state.fields_cache["user"] = USERS.build(columns, KEYS.width) if key.user_id else None
    key._state.fields_cache["party"] = PARTIES.build(columns, KEYS.width + USERS.width) if key.party_id else None
    return key, at


def _note_use(key: ApiKey, now: datetime) -> None:
    """Note the use, unless another request is just doing so: nobody waits for that."""
    with transaction.atomic():
        free = ApiKey.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=key.pk)
        ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=now)


def _lock(key: ApiKey) -> None:
    ApiKey.objects.select_for_update().get(pk=key.pk)


def _revoke(keys: QuerySet[ApiKey], *, reason: str, by: User | None) -> list[ApiKey]:
    if not reason.strip():
        raise Malformed(_("Say why the key is revoked."), Fault("reason", _("must not be empty"), "required"))
    with transaction.atomic():
        found = list(keys.select_for_update().filter(revoked_at=None).order_by("pk"))
        now, kind, why = clock.now(), AccessChange.Kind.KEY_REVOKED, reason.strip()[:500]
        ApiKey.objects.filter(pk__in=[key.pk for key in found]).update(revoked_at=now)
        AccessChange.objects.bulk_create(AccessChange(kind=kind, at=now, by=by, key=key, reason=why) for key in found)
    return found


def party_named(identity: str) -> Party:
    """Find the party of a marketplace id; `buyer:ID` or `shop:ID` where one id is both a buyer's and a shop's.

    Raises:
        Malformed: no such party, or two of them.

    """
    kind, colon, rest = identity.partition(":")
    found = list(Party.objects.filter(external_id=identity))
    if not found and colon and kind in Party.Kind.values:
        found = list(Party.objects.filter(kind=kind, external_id=rest))
    if len(found) > 1:
        raise Malformed(_("“%(id)s” is a buyer and a shop; say buyer:%(id)s or shop:%(id)s.") % {"id": identity})
    if not found:
        raise Malformed(
            _("There is no buyer or shop “%(id)s”; parties become known with their first order.") % {"id": identity}
        )
    return found[0]


def _hash(text: str) -> str:
    # The key is 256 random bits: a plain hash cannot be guessed backwards.
    return sha256(text.encode()).hexdigest()
