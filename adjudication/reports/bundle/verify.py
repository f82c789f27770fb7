"""Verify the signed file of a case: with the file and the public key alone, and nothing of ours running.

Run by `manage.py verify_bundle` before any setting is read; of this service it needs this folder and the few lines that
make the journal's chain, and besides Python the package `cryptography`.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from adjudication.journal.chain import canonical
from adjudication.reports.bundle import checks, form
from adjudication.reports.bundle.archive import Archive, NotSound

SOUND, NOT_SOUND, NOT_WHOLE = 0, 1, 3
MOST_MANIFEST_BYTES = 4 * 2**20
MOST_KEY_BYTES = 10_000

OWN_KEY_ALONE = (
    "No key was given, so it was checked with the public key that lies in the file itself. That shows that nothing was "
    "changed since whoever holds the private key signed it, not who that is. Get the public key from the service or "
    "the marketplace by another way, and check again with --key."
)


@dataclass(slots=True)
class Verified:
    """What was found, check by check."""

    lines: list[str] = field(default_factory=list)
    not_whole: list[str] = field(default_factory=list)
    """What the file says of itself that it lacks."""
    is_key_given: bool = True


def main(arguments: Sequence[str], out: Any = None) -> int:
    """`verify_bundle FILE [--key PEM]`: a line a check; 0 sound, 1 not, 3 genuine and, by its own word, not whole."""
    out = out or sys.stdout
    parser = parser_of("manage.py verify_bundle")
    given = parser.parse_args(arguments)
    try:
        key = read_key(Path(given.key)) if given.key else None
        with open_file(Path(given.file)) as file:
            found = verify(file, key=key)
    except NotSound as fault:
        out.write(f"NOT SOUND: {_in_a_line(fault)}\n")
        return NOT_SOUND
    for line in found.lines:
        out.write(f"ok: {_in_a_line(line)}\n")
    if not found.is_key_given:
        out.write(f"NOTE: {OWN_KEY_ALONE}\n")
    for line in found.not_whole:
        out.write(f"NOT WHOLE: {_in_a_line(line)}\n")
    out.write(
        "The file is genuine; it says itself that it is not whole.\n" if found.not_whole else "The file is sound.\n"
    )
    return NOT_WHOLE if found.not_whole else SOUND


def _in_a_line(told: object) -> str:
    """What is told may quote the file: a stranger's word neither breaks the line nor steers the terminal."""
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in str(told))
    encoding = sys.stdout.encoding or "ascii"
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def parser_of(program: str) -> ArgumentParser:
    """What the command takes."""
    parser = ArgumentParser(
        prog=program,
        description="Verify the signed file of a case, with nothing but the file and the public key. "
        "Exit code 0: sound. 1: not sound. 3: genuine, but it says itself that a file of an exhibit is lacking.",
    )
    add_arguments(parser)
    return parser


def add_arguments(parser: ArgumentParser) -> None:
    """The file, and the key."""
    parser.add_argument("file", metavar="FILE", help="the signed file of a case, a ZIP")
    parser.add_argument(
        "--key", metavar="PEM", help="the public key, got by another way than with the file; see manage.py signing_key"
    )


def open_file(path: Path) -> BinaryIO:
    """Open the file.

    Raises:
        NotSound: it cannot be read.

    """
    try:
        if not path.is_file():
            raise NotSound(f"{path} is not a file.")
        return path.open("rb")
    except OSError as error:
        raise NotSound(f"{path} cannot be read: {error.strerror}.") from error


def read_key(path: Path) -> Ed25519PublicKey:
    """A public key, from a PEM file.

    Raises:
        NotSound: it is none.

    """
    with open_file(path) as file:
        return key_of(file.read(MOST_KEY_BYTES), str(path))


def key_of(pem: bytes, where: str) -> Ed25519PublicKey:
    """A public key in PEM.

    Raises:
        NotSound: it is none.

    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotSound(f"{where} holds no public key in PEM, which begins with -----BEGIN PUBLIC KEY-----.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotSound(f"{where} holds a key of another kind; files of cases are signed with Ed25519.")
    return key


def id_of(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key in DER."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def verify(file: BinaryIO, *, key: Ed25519PublicKey | None = None) -> Verified:
    """Check everything.

    Args:
        file: opened to be read, wherever it comes from.
        key: the public key that one knows by another way; without it the one inside is taken.

    Raises:
        NotSound: at the first thing that is not as it must be.

    """
    archive, found = Archive(file), Verified(is_key_given=key is not None)
    found.lines.append(f"A whole ZIP of {len(archive.members)} plain members, and not a byte besides.")
    signed = archive.read(form.MANIFEST, most=MOST_MANIFEST_BYTES)
    signature = archive.read(form.SIGNATURE, most=form.SIGNATURE_BYTES)
    inside = key_of(archive.read(form.PUBLIC_KEY, most=MOST_KEY_BYTES), form.PUBLIC_KEY)
    try:
        (key or inside).verify(signature, signed)
    except InvalidSignature as error:
        raise NotSound(_not_by(key, inside)) from error
    manifest = _manifest(signed)
    try:
        _check(archive, manifest, id_of(key or inside), found)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration, RecursionError) as error:
        raise NotSound(f"Its data have not the form that they must have ({type(error).__name__}: {error}).") from error
    return found


def _check(archive: Archive, manifest: dict[str, Any], key_id: str, found: Verified) -> None:
    """All that is to be checked once the signature holds."""
    if manifest["signed_with"] != {"algorithm": "Ed25519", "key_id": key_id}:
        raise NotSound("The manifest names another key than the one that signed it.")
    found.lines.append(f"The manifest is signed with the key {key_id}.")
    found.lines.append(_files(archive, manifest))
    contents = checks.Contents(archive, manifest)
    found.lines += [check(contents) for check in checks.checks()]
    asked = manifest["exported_for"]
    found.lines.append(
        f"Case {manifest['case']}, handed out at {manifest['exported_at']} to: {asked['role']} {asked['name']}."
    )
    found.not_whole = [_lacking(each) for each in manifest["not_whole"]]


def _lacking(each: dict[str, Any]) -> str:
    receipt = f"it was filed with {each['size_bytes']} bytes and SHA-256 {each['sha256']}"
    if each["why"] == "missing":
        return f"the file of exhibit {each['exhibit']} is no longer with the service; {receipt}."
    return (
        f"what the service keeps as the file of exhibit {each['exhibit']} is not what was filed, and was left out: "
        f"{receipt}; there were {each['found_size_bytes']} bytes with SHA-256 {each['found_sha256']}."
    )


def _not_by(key: Ed25519PublicKey | None, inside: Ed25519PublicKey) -> str:
    if key is not None and id_of(key) != id_of(inside):
        return f"It is not signed with the key you gave ({id_of(key)}); it names the key {id_of(inside)}."
    return "The signature is not over this manifest: the manifest or the signature was changed after signing."


def _manifest(signed: bytes) -> dict[str, Any]:
    """The manifest, in the one form it has.

    Raises:
        NotSound: it is written otherwise, or of a version that is not known here.

    """
    try:
        manifest = json.loads(signed)
        is_one_way = canonical(manifest).encode() == signed
    except (ValueError, RecursionError) as error:
        raise NotSound("The manifest is not JSON.") from error
    if not is_one_way or not isinstance(manifest, dict):
        raise NotSound("The manifest is not canonical JSON (RFC 8785).")
    if manifest.get("format") != form.FORMAT:
        raise NotSound(f"It is of the form {manifest.get('format')!r}; this program knows {form.FORMAT}.")
    return manifest


def _files(archive: Archive, manifest: dict[str, Any]) -> str:
    """Every member that the manifest names is there as it says, and no other.

    Raises:
        NotSound: one is missing, too many, or differs.

    """
    files = {file["name"]: file for file in manifest["files"]}
    if missing := sorted(set(files) - set(archive.members)):
        raise NotSound(f"{missing[0]} is missing: the manifest names it.")
    if extra := sorted(set(archive.members) - set(files) - {form.MANIFEST, form.SIGNATURE}):
        raise NotSound(f"{extra[0]} was not signed: the manifest does not name it.")
    if list(archive.members) != form.in_order(list(files)) or len(files) != len(manifest["files"]):
        raise NotSound("The members do not lie in their order.")
    for name, file in files.items():
        made = sha256()
        for piece in archive.pieces(name):
            made.update(piece)
        if (made.hexdigest(), archive.members[name].size) != (file["sha256"], file["size_bytes"]):
            raise NotSound(f"{name} is not the file that was signed: its SHA-256 is {made.hexdigest()}.")
    archive.read(form.SIGNATURE, most=form.SIGNATURE_BYTES)
    return f"All {len(files)} members that it names are there, each with its size and SHA-256, and no other."
