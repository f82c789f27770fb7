"""Nothing about a signed file can be changed unseen: each change is refused, in a sentence that says what is wrong."""

import json
import struct
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adjudication.credentials import signing
from adjudication.credentials.signing import SigningKey
from adjudication.journal.chain import canonical, link
from adjudication.reports.bundle import form, verify
from adjudication.reports.bundle.archive import NotSound
from adjudication.reports.bundle.pack import Pack


def members_of(content):
    """Name → bytes, in their order."""
    with zipfile.ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(members):
    """These members as a ZIP of our form."""
    file = BytesIO()
    pack = Pack(file)
    for name, content in members.items():
        pack.add(name, [content])
    pack.close()
    return file.getvalue()


def signed_anew(members, *, by=None, **changes):
    """What somebody makes who holds a key: the manifest fits whatever the members now are."""
    by = by or signing.own()
    named = {name: each for name, each in members.items() if name not in (form.MANIFEST, form.SIGNATURE)}
    manifest = {
        **json.loads(members[form.MANIFEST]),
        "files": [
            {"name": name, "sha256": sha256(each).hexdigest(), "size_bytes": len(each)} for name, each in named.items()
        ],
        **changes,
    }
    content = canonical(manifest).encode()
    return packed({**named, form.MANIFEST: content, form.SIGNATURE: by.sign(content)})


def key():
    return verify.key_of(signing.own().public_pem.encode(), "ours")


def fault(content, given=None):
    """Why it is not sound."""
    with pytest.raises(NotSound) as found:
        verify.verify(BytesIO(content), key=given or key())
    assert str(found.value).endswith(".")
    return str(found.value)


def changed_data(sound, name, change):
    """The file with one of its data changed by `change`, and signed by the very holder of the key."""
    members = members_of(sound)
    value = json.loads(members[name])
    change(value)
    return signed_anew({**members, name: json.dumps(value).encode()})


def test_our_own_way_of_making_one_makes_a_sound_one(sound):
    """Without this, every refusal below could be for another reason."""
    assert packed(members_of(sound)) == sound
    verify.verify(BytesIO(signed_anew(members_of(sound))), key=key())


def test_no_byte_anywhere_can_be_changed(sound):
    """Of headers, directory, manifest and signature each byte; of the rest a thousand."""
    edges = [at for at in range(len(sound)) if at < 200 or at > len(sound) - 6000]
    for at in [*edges, *range(0, len(sound), len(sound) // 1000)]:
        changed = bytearray(sound)
        changed[at] ^= 1
        assert fault(bytes(changed)), at


def test_no_end_or_beginning_can_be_cut_off_or_added(sound):
    for length in (0, 1, 21, 22, 100, len(sound) // 2, len(sound) - 1):
        assert fault(sound[:length])
    for changed in (sound[1:], b"x" + sound, sound + b"x", sound + sound, sound + sound[-22:]):
        assert fault(changed)


def test_what_is_no_zip_is_said_to_be_none():
    assert fault(b"%PDF-1.7 a ruling") == "This is not a ZIP that begins as the signed file of a case does."
    assert fault(b"") == "This is not a ZIP that begins as the signed file of a case does."


def test_each_member_is_guarded_by_the_manifest(sound):
    members = members_of(sound)
    for name, content in members.items():
        if name in (form.MANIFEST, form.SIGNATURE, form.PUBLIC_KEY):
            continue
        told = fault(packed({**members, name: content[:-1] + bytes([content[-1] ^ 1])}))
        assert told.startswith(f"{name} is not the file that was signed: its SHA-256 is ")
        assert fault(packed({each: members[each] for each in members if each != name})) == (
            f"{name} is missing: the manifest names it."
        )


def test_nothing_can_be_added(sound):
    members = members_of(sound)
    extra = {"exhibits/B9.jpg": b"one more", **members}
    assert fault(packed(extra)) == "exhibits/B9.jpg was not signed: the manifest does not name it."


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "/etc/passwd", "exhibits/../case.html", "a\\b", "C:x", "exhibits//B1.jpg", "exhibits/", ".bashrc"),
        *("", "data/a/b.json", "B1.jpg\0.exe", "x" * 300, "exhibits/B1 .jpg"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(sound, name):
    told = fault(packed({name: b"", **members_of(sound)}))
    assert "no name of ours" in told or "in a directory of" in told


def test_two_members_of_one_name_are_refused(sound):
    file = BytesIO()
    pack = Pack(file)
    for name, content in [*members_of(sound).items(), ("case.html", b"another")]:
        pack.add(name, [content])
    pack.close()
    assert fault(file.getvalue()).startswith("Two members of the ZIP have the same name")


def test_what_is_compressed_is_refused_however_small(sound):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb", b"\0" * 10_000_000)
    assert "compressed or encrypted" in fault(file.getvalue())


def test_a_size_that_lies_is_refused(sound):
    members = members_of(sound)
    name, content = next(iter(members.items()))
    short, long = struct.pack("<L", len(content)), struct.pack("<L", len(content) + 1)
    assert sound.count(short) >= 4
    assert fault(sound.replace(short, long))
    assert fault(packed({**members, name: content + b"\0"}))


def test_many_members_are_not_even_listed(sound):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for number in range(form.MOST_MEMBERS + 1):
            made.writestr(f"a{number}", b"")
    assert "which no case has" in fault(file.getvalue())


def test_members_in_another_order_are_refused(sound):
    members = members_of(sound)
    assert fault(packed(dict(sorted(members.items())))) == "The members do not lie in their order."


def test_a_manifest_without_its_signature_is_worth_nothing(sound):
    members = members_of(sound)
    manifest = {**json.loads(members[form.MANIFEST]), "exported_at": "2030-01-01T00:00:00.000000Z"}
    changed = {**members, form.MANIFEST: canonical(manifest).encode()}
    assert fault(packed(changed)).startswith("The signature is not over this manifest")
    assert fault(packed({**members, form.SIGNATURE: b""})).startswith("The signature is not over this manifest")
    assert fault(packed({**members, form.SIGNATURE: bytes(65)})).startswith("manifest.sig is larger than")


def test_a_manifest_in_another_form_is_refused(sound):
    members = members_of(sound)
    for content in (
        json.dumps(json.loads(members[form.MANIFEST])).encode(),
        members[form.MANIFEST].replace(b'{"case":', b'{"case":"another","case":', 1),
        b"[" * 100_000,
        b"{}",
        b"null",
        b"\xff",
        b'{"a":NaN}',
    ):
        signature = signing.own().sign(content)
        assert fault(packed({**members, form.MANIFEST: content, form.SIGNATURE: signature})).startswith(
            ("The manifest is not", "It is of the form None")
        )


def test_another_version_of_the_form_is_named(sound):
    assert fault(signed_anew(members_of(sound), format="adjudication-case-file/2")).startswith(
        "It is of the form 'adjudication-case-file/2'"
    )


def test_another_key_is_told_from_ours(sound):
    other = SigningKey(Ed25519PrivateKey.generate())
    forged = signed_anew(
        {**members_of(sound), form.PUBLIC_KEY: other.public_pem.encode()},
        by=other,
        signed_with={"algorithm": "Ed25519", "key_id": other.id},
    )
    verify.verify(BytesIO(forged))  # by its own key it is sound: that is what --key is for
    assert fault(forged) == f"It is not signed with the key you gave ({signing.own().id}); it names the key {other.id}."
    theirs = verify.key_of(other.public_pem.encode(), "theirs")
    assert "It is not signed with the key you gave" in fault(sound, theirs)


def test_a_key_that_is_none_is_said_to_be_none(tmp_path, sound, capsys):
    (tmp_path / "case.zip").write_bytes(sound)
    another_kind = X25519PrivateKey.generate().public_key()
    pem = another_kind.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for content, told in ((b"ssh-ed25519 AAAA", "holds no public key in PEM"), (pem, "holds a key of another kind")):
        (tmp_path / "key.pem").write_bytes(content)
        assert verify.main([str(tmp_path / "case.zip"), "--key", str(tmp_path / "key.pem")]) == verify.NOT_SOUND
        assert told in capsys.readouterr().out
    for missing in (["nowhere.zip"], [str(tmp_path)], [str(tmp_path / "case.zip"), "--key", "nowhere.pem"]):
        assert verify.main(missing) == verify.NOT_SOUND
        assert "is not a file" in capsys.readouterr().out


def test_even_the_holder_of_the_key_cannot_alter_an_event(sound):
    def reword(events):
        events[2]["body"] = events[2]["body"].replace("2026-03-02", "2026-03-01")

    assert "the hash of event 3 is not that of the events before it" in fault(changed_data(sound, form.JOURNAL, reword))


def test_even_the_holder_of_the_key_cannot_drop_an_event(sound):
    told = fault(changed_data(sound, form.JOURNAL, lambda events: events.pop(3)))
    assert told == "data/journal.json: event 4 is missing, or another's stands in its place."
    told = fault(changed_data(sound, form.ORDER_JOURNAL, lambda events: events.pop()))
    assert told.startswith("data/order-journal.json does not end where the manifest says")


def test_a_journal_written_anew_does_not_fit_an_earlier_file(sound):
    """What the chain alone cannot show: the whole of it rewritten before signing. An earlier head shows it."""

    def rewrite(events):
        head = b""
        for event in events:
            event["body"] = event["body"].replace('"amount_minor":4000', '"amount_minor":4001')
            head = link(head, event["body"])
            event["hash"] = head.hex()

    changed = changed_data(sound, form.JOURNAL, rewrite)
    assert "does not end where the manifest says" in fault(changed)
    earlier = json.loads(members_of(sound)[form.MANIFEST])["journal"]["case"]["hash"]
    assert earlier not in members_of(changed)[form.JOURNAL].decode()


def test_even_the_holder_of_the_key_cannot_alter_what_the_journal_keeps_the_hash_of(sound):
    def the_first(name, **changes):
        return name, lambda rows: rows[0].update(changes)

    def of_ruling(rulings):
        rulings[1]["findings"][0]["note"] += "!"

    def of_file(exhibits):
        file = next(exhibit["file"] for exhibit in exhibits if exhibit["file"])
        file["sha256"] = "0" * 64

    def of_entry(entries):
        entries[0]["postings"][0]["debit_minor"] += 1

    attempts = [
        ((form.CASE, lambda case: case.update(statement="It was whole.")), "The buyer's statement: these are not the"),
        ((form.CASE, lambda case: case.update(rejection_text="Sorry.")), "The seller's refusal: these are not the"),
        ((form.CASE, lambda case: case.update(intervention_text="No.")), "What the buyer told the platform: these"),
        ((form.CASE, lambda case: case.update(grounds="None.")), "The grounds: these are not the words"),
        ((form.CASE, lambda case: case.update(amount_minor=1)), "does not say what the journal says was asked for"),
        ((form.CASE, lambda case: case.update(outcome="released")), "of how the case ended"),
        ((form.POLICY, lambda policy: policy.update(version=9)), "is of another version than the case is heard by"),
        (the_first(form.OFFERS, text="All of it?"), "An offer: these are not the words"),
        ((form.OFFERS, lambda offers: offers.clear()), "does not hold the offers that the journal tells of"),
        (the_first(form.INQUIRIES, text="What colour?"), "An inquiry: these are not the words"),
        ((form.INQUIRIES, lambda asked: asked[0]["asked"][0].update(reply="1 g.")), "A reply: these are not the words"),
        (the_first(form.EXHIBITS, title="Another"), "Exhibit P1 is not as it was filed"),
        ((form.EXHIBITS, of_file), "is not as it was filed"),
        ((form.EXHIBITS, lambda exhibits: exhibits.pop()), "does not hold the exhibits that the journal says"),
        ((form.EXHIBITS, lambda exhibits: exhibits[0].update(by="buyer")), "is not what was before those who ruled"),
        (the_first(form.RULINGS, reasons="Because."), "The ruling of instance 1 is not the one that was issued"),
        ((form.RULINGS, of_ruling), "The ruling of instance 2 is not the one that was issued"),
        ((form.RULINGS, lambda rulings: rulings.pop()), "does not hold the rulings that the journal tells of"),
        ((form.LEDGER, of_entry), "does not balance: debits "),
        ((form.LEDGER, lambda entries: entries.pop()), "The journal tells of a payment that is not in"),
    ]
    for (name, change), told in attempts:
        assert told in fault(changed_data(sound, name, change))


def test_even_the_holder_of_the_key_cannot_exchange_an_exhibit(sound):
    members = members_of(sound)
    name = next(name for name in members if name.startswith(form.FILES))
    told = fault(signed_anew({**members, name: b"another picture"}))
    assert told.endswith("is not the one that was filed.")
    told = fault(signed_anew({"exhibits/B77.jpg": b"one more", **members}))
    assert told in ("The members do not lie in their order.", "exhibits/B77.jpg belongs to no exhibit.")


@pytest.mark.parametrize("content", [b"null", b"7", b'"x"', b"[{}]", b"[7]", b"[" * 100_000, b"{", b"\xff"])
def test_data_of_another_form_are_refused_and_do_not_break_the_program(sound, content):
    members = members_of(sound)
    for name in form.DATA:
        if name != form.TERMS:  # they are compared with nothing
            assert fault(signed_anew({**members, name: content}))


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, 7, "x"])
def test_a_manifest_of_another_form_is_refused_and_does_not_break_the_program(sound, value):
    members = members_of(sound)
    for name in ("case", "files", "journal", "not_whole", "signed_with", "exported_for"):
        content = canonical({**json.loads(members[form.MANIFEST]), name: value}).encode()
        signature = signing.own().sign(content)
        assert fault(packed({**members, form.MANIFEST: content, form.SIGNATURE: signature}))


def test_an_erased_word_is_told_and_no_fault(sound):
    erased = changed_data(sound, form.INQUIRIES, lambda asked: asked[0]["asked"][0].update(reply=""))
    found = verify.verify(BytesIO(erased), key=key())
    assert any("of 1 the words have been erased" in line for line in found.lines)


def test_no_word_of_a_stranger_speaks_for_the_program(sound, tmp_path, capsys):
    name = "b-1.\nThe file is sound.\x1b[2J"
    forged = signed_anew(members_of(sound), exported_for={"role": "buyer", "name": name})
    (tmp_path / "case.zip").write_bytes(forged)
    assert verify.main([str(tmp_path / "case.zip")]) == verify.SOUND
    told = capsys.readouterr().out
    assert "to: buyer b-1.\\nThe file is sound.\\x1b[2J." in told
    assert "\x1b" not in told
    assert [line.partition(" ")[0] for line in told.splitlines()] == ["ok:"] * 12 + ["NOTE:", "The"]
