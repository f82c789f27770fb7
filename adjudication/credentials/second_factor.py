"""The second factor of staff: a one-time password by the clock (RFC 6238), and recovery codes for a lost device.

django-allauth keeps them and computes them; when they are asked for is said here and in `staff/`. Each password counts
once, whichever process it comes to. Ten wrong ones in a row lock the second factor for a quarter of an hour, from
wherever they came: whoever gets this far knew the password.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from adjudication.credentials.models import AccessChange
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, TooEarly, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP_SECONDS = 30
#: A device's clock may be so many steps ahead or behind.
DRIFT_STEPS = 1
WRONG_ONES_UNTIL_LOCKED = 10
LOCKED_FOR = timedelta(minutes=15)
#: What cannot be taken back is done within so long after the second factor was last shown.
FRESH_FOR = timedelta(minutes=10)


class Sealed(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Keeps the secrets unreadable for whoever reads the database alone."""

    def encrypt(self, text: str) -> str:
        """Seal it under SECRET_KEY."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it, by SECRET_KEY or one of SECRET_KEY_FALLBACKS."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                _("Your second factor was sealed under an earlier key of this service; have it reset.")
            ) from error


def is_required() -> bool:
    """Must every member of staff have one?"""
    return bool(settings.STAFF_SECOND_FACTOR == "required")


def of(user: User) -> Authenticator | None:
    """The device this person has set up, if any."""
    found: Authenticator | None = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found


def new_secret() -> str:
    """A secret for a device, sealed, to be kept in a session until the device is set up."""
    return str(get_adapter().encrypt(generate_totp_secret()))


def shown(user: User, sealed: str) -> tuple[str, str]:
    """The secret in groups of four for typing, and the picture (SVG) that a device reads it from; drawn right here."""
    adapter = get_adapter()
    secret = adapter.decrypt(sealed)
    grouped = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return grouped, adapter.build_totp_svg(adapter.build_totp_url(user, secret))


def set_up(user: User, *, sealed: str, code: str, at: datetime) -> tuple[Authenticator, list[str]]:
    """Take the device whose first password is this one, in place of an earlier one; returns its recovery codes too.

    Raises:
        Malformed: the password is not one of this device's.

    """
    secret = get_adapter().decrypt(sealed)
    step = _step_of(secret, code, at=at)
    if step is None:
        raise Malformed(
            _("This is not the password that your device shows now. Look at its clock, and enter the next one."),
            Fault("code", _("is not the one your device shows")),
        )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user).delete()
        device = TOTP.activate(user, secret).instance
        device.data |= {"step": step}
        device.created_at = device.last_used_at = at
        device.save()
        codes = RecoveryCodes.activate(user).get_unused_codes()
        AccessChange.objects.create(kind=AccessChange.Kind.SECOND_FACTOR_SET_UP, at=at, by=user, user=user)
    return device, codes


def new_recovery_codes(user: User, *, at: datetime) -> list[str]:
    """Ten new recovery codes; those there were count no longer.

    Raises:
        NotFound: no device is set up.

    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if of(user) is None:
            raise NotFound(_("No second factor is set up."))
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
        AccessChange.objects.create(kind=AccessChange.Kind.RECOVERY_CODES_MADE, at=at, by=user, user=user)
    return codes


def recovery_codes_left(user: User) -> int:
    """How many have not been used."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(kept).get_unused_codes()) if kept else 0


def show(user: User, code: str, *, at: datetime) -> Authenticator:
    """Take a one-time password or a recovery code, each once.

    Returns:
        The device of this person.

    Raises:
        NotFound: none is set up.
        TooEarly: it is locked after ten wrong ones; `detail` says until when.
        Malformed: it is neither, or was used before.

    """
    refusal: Malformed | TooEarly | None = None
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP).first()
        if device is None:
            raise NotFound(_("No second factor is set up."))
        until = locked_until(device, at=at)
        if until is not None:
            raise TooEarly(
                _("The second factor is locked after %(most)d wrong ones; try again at %(until)s UTC.")
                % {"most": WRONG_ONES_UNTIL_LOCKED, "until": f"{until:%H:%M:%S}"}
            )
        secret = get_adapter().decrypt(device.data["secret"])
        step = _step_of(secret, code, at=at, after=device.data.get("step", 0))
        if step is not None or _is_recovery_code(user, code, at=at):
            device.data = {**device.data, "step": step or device.data.get("step", 0), "wrong": 0}
            device.last_used_at = at
        else:
            _count_wrong(device.data, at=at)
            refusal = Malformed(
                _("This is neither the password that your device shows now nor an unused recovery code."),
                Fault("code", _("does not fit, or has been used"), "wrong_code"),
            )
        device.save()
    if refusal is not None:
        raise refusal
    return device


def locked_until(device: Authenticator, *, at: datetime) -> datetime | None:
    """Until when no password is taken; None if one is."""
    told = device.data.get("locked_until")
    until = datetime.fromisoformat(told) if told else None
    return until if until is not None and until > at else None


def unlock(user: User, *, at: datetime) -> bool:
    """Take its lock off; was it locked?"""
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP).first()
        if device is None or locked_until(device, at=at) is None:
            return False
        del device.data["locked_until"]
        device.save()
    return True


def reset(user: User, *, by: User | None, reason: str, at: datetime) -> None:
    """Take the second factor from somebody who has lost it: they set up another when they next sign in.

    Whoever is signed in by it is signed out. Nobody does it for themselves: they would need no second factor for it.

    Raises:
        NoStanding: it is one's own.
        Malformed: without a reason.
        NotFound: none is set up.

    """
    if by is not None and by.pk == user.pk:
        raise NoStanding(_("Somebody else resets your second factor; you can set up another device yourself."))
    if not reason.strip():
        raise Malformed(_("Say why, and how you know who asks."), Fault("reason", _("must not be empty"), "required"))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        gone, _each = Authenticator.objects.filter(user=user).delete()
        if not gone:
            raise NotFound(_("No second factor is set up."))
        AccessChange.objects.create(
            kind=AccessChange.Kind.SECOND_FACTOR_RESET, at=at, by=by, user=user, reason=reason.strip()[:500]
        )


def _steps(at: datetime) -> Iterator[int]:
    now = int(at.timestamp()) // STEP_SECONDS
    yield from range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)


def _step_of(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """The step this password is of, if it is a later one than the last that counted."""
    for step in _steps(at):
        if step > after and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def _is_recovery_code(user: User, code: str, *, at: datetime) -> bool:
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if kept is None or not RecoveryCodes(kept).validate_code(code):
        return False
    Authenticator.objects.filter(pk=kept.pk).update(last_used_at=at)
    return True


def _count_wrong(data: dict[str, Any], *, at: datetime) -> None:
    data["wrong"] = data.get("wrong", 0) + 1
    if data["wrong"] >= WRONG_ONES_UNTIL_LOCKED:
        data |= {"wrong": 0, "locked_until": (at + LOCKED_FOR).isoformat()}


def _box() -> MultiFernet:
    """The first key seals, any opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    # SECRET_KEY is random, so one keyed hash makes a key of its own for this purpose.
    return hmac.new(key.encode(), b"adjudication.credentials.second_factor", sha256).digest()
