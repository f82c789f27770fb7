"""Hand out the signed file of a case: to whoever may read the case, what they may read of it, and on record.

It is built in a temporary file without a name, which is gone with whoever holds it open. Before it leaves it is
verified as any stranger would verify it, so nothing leaves that does not hang together.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from adjudication.errors import Busy, NotWhole
from adjudication.evidence import storage
from adjudication.evidence.models import Viewing
from adjudication.journal.chain import canonical, timestamp
from adjudication.reports.bundle import form, page, verify
from adjudication.reports.bundle.archive import NotSound
from adjudication.reports.bundle.pack import Pack
from adjudication.reports.bundle.reading import Asker, Read, read
from adjudication.reports.bundle.written import data, file_name
from adjudication.reports.models import Export

MEDIA_TYPE = "application/zip"
#: A process makes so many at once: each may be as large as all that both sides may file, and is read twice.
PLACES = BoundedSemaphore(2)
PATIENCE_SECONDS = 10


class Signer(Protocol):
    """A key pair (adjudication/credentials/signing.py)."""

    @property
    def id(self) -> str:
        """What it is known by."""

    @property
    def public_pem(self) -> str:
        """Its public half."""

    def sign(self, content: bytes) -> bytes:
        """Sign."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A signed file, open at its beginning; whoever closes it, it is gone."""

    file: BinaryIO
    name: str
    lacking: tuple[str, ...]
    """The labels of the exhibits whose files it says it lacks."""


def hand_out(number: str, *, to: Asker, signer: Signer, even_if_not_whole: bool = False) -> HandedOut:
    """Build, sign, verify, put on record, and open the signed file of a case.

    Args:
        number: of a case that the asker may read; the door has judged that.
        to: who asks.
        signer: the key it is signed with.
        even_if_not_whole: also where the file of an exhibit is lacking; it then says so, and that is signed.

    Raises:
        NotFound: there is no such case.
        NotWhole: the file of an exhibit is lacking, or the record does not hang together.
        Unavailable: the store of evidence does not answer.
        StorageFull: there is no room for it.
        Busy: others are being made.

    """
    if not PLACES.acquire(timeout=PATIENCE_SECONDS):
        raise Busy(_("Other signed files are being made right now; ask again in a moment."))
    try:
        return _handed_out(read(number, to), signer, even_if_not_whole=even_if_not_whole)
    finally:
        PLACES.release()


def _handed_out(case: Read, signer: Signer, *, even_if_not_whole: bool) -> HandedOut:
    with storage.told_when_full():
        file: BinaryIO = TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
    try:
        with storage.told_when_full():
            signed, lacking = _write(file, case, signer)
        if lacking and not even_if_not_whole:
            raise NotWhole(
                _(
                    "The file of exhibit %(exhibits)s is missing from the store, or is not what was filed. Nothing was "
                    "handed out. Tell the operator; or ask for the signed file all the same, and it states what is "
                    "lacking."
                )
                % {"exhibits": ", ".join(lacking)},
                exhibits=lacking,
            )
        _require_sound(file, signer)
        _put_on_record(case, signed, signer, lacking)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return HandedOut(file, f"case-{case.case.number}.zip", lacking)


def _write(file: BinaryIO, case: Read, signer: Signer) -> tuple[bytes, tuple[str, ...]]:
    """Write all of it; returns what was signed, and the labels of the exhibits whose files are lacking."""
    pack = Pack(file)
    with_file = {file_name(exhibit): exhibit for exhibit in case.case.papers.exhibits if exhibit.file_name}
    for _name, exhibit in sorted(with_file.items()):
        pack.add_exhibit(exhibit)
    lacking = tuple(each["exhibit"] for each in pack.lacking)
    texts = {
        **data(case, without=frozenset(lacking)),
        **page.pages(case, pack.lacking, key_id=signer.id),
        form.PUBLIC_KEY: signer.public_pem.encode(),
    }
    for name, content in sorted(texts.items()):
        pack.add(name, [content])
    signed = canonical(_manifest(case, pack, signer)).encode()
    pack.add(form.MANIFEST, [signed])
    pack.add(form.SIGNATURE, [signer.sign(signed)])
    pack.close()
    return signed, lacking


def _manifest(case: Read, pack: Pack, signer: Signer) -> dict[str, Any]:
    order = case.case.order
    return {
        "format": form.FORMAT,
        "case": case.case.number,
        "exported_at": timestamp(case.at),
        "exported_for": {"role": str(case.asker.actor.role), "name": case.asker.name},
        "files": [member.as_listed() for member in pack.members],
        "journal": {
            "case": {"sequence": case.case.version, "hash": bytes(case.case.head).hex()},
            "order": {"sequence": order.version, "hash": bytes(order.head).hex()},
        },
        "not_whole": pack.lacking,
        "signed_with": {"algorithm": "Ed25519", "key_id": signer.id},
    }


def _require_sound(file: BinaryIO, signer: Signer) -> None:
    key = verify.key_of(signer.public_pem.encode(), form.PUBLIC_KEY)
    try:
        verify.verify(file, key=key)
    except NotSound as fault:
        raise NotWhole(
            _(
                "The record of this case does not hang together, and nothing was handed out. Tell the operator, who "
                "finds out more by an audit: %(fault)s"
            )
            % {"fault": fault}
        ) from fault


def _put_on_record(case: Read, signed: bytes, signer: Signer, lacking: tuple[str, ...]) -> None:
    """That it was handed out, and with it each original that lies in it: before its first byte leaves."""
    by = case.asker.actor
    with transaction.atomic():
        Export.objects.create(
            case=case.case,
            role=by.role,
            asker_id=by.id,
            asker_name=case.asker.name,
            key_id=by.key_id,
            sequence=case.case.version,
            manifest_sha256=sha256(signed).hexdigest(),
            signing_key=signer.id,
            is_whole=not lacking,
            exported_at=case.at,
        )
        Viewing.objects.bulk_create(
            Viewing(exhibit=exhibit, role=by.role, viewer_id=by.id, key_id=by.key_id, viewed_at=case.at)
            for exhibit in case.case.papers.exhibits
            if exhibit.file_name and exhibit.label not in lacking
        )
