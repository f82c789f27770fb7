"""The signed file of a case is whole, the same each time, and proves itself with and without our program."""

import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from django.core.management import call_command

from adjudication.credentials import signing
from adjudication.evidence.kinds import TAKEN
from adjudication.evidence.models import Viewing
from adjudication.parties import Role
from adjudication.reports.bundle import form, verify
from adjudication.reports.models import Export
from tests import walk
from tests.processes import run_manage
from tests.reports.bundle.conftest import handed


def test_a_sound_file_passes_every_check_with_the_key_from_outside(sound):
    key = verify.key_of(signing.own().public_pem.encode(), "ours")
    found = verify.verify(BytesIO(sound), key=key)
    assert found.not_whole == []
    assert found.is_key_given
    told = "\n".join(found.lines)
    assert "Rulings: 2, with " in told
    assert "frozen while the case was heard: 4" in told
    assert len(found.lines) == 12


def test_the_same_case_moment_and_asker_give_the_same_bytes(full):
    assert handed(full) == handed(full)


def test_any_program_opens_it(sound):
    with zipfile.ZipFile(BytesIO(sound)) as opened:
        assert opened.testzip() is None
        assert all(info.compress_type == zipfile.ZIP_STORED for info in opened.infolist())


def test_every_kind_of_file_that_is_taken_has_a_name_in_it():
    assert all(form.is_named_well(f"exhibits/B20.{ending}") for ending in [*TAKEN.values(), "bin"])


@pytest.mark.parametrize("page", ["case.html", "case.zh.html"])
def test_the_page_stands_alone_and_runs_nothing(unpacked, page):
    html = (unpacked / page).read_text()
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!exhibits/|#|case\.)', html)
    assert "&lt;b&gt;look&lt;/b&gt;" in html
    assert {each.name for each in (unpacked / "exhibits").iterdir()} == {*re.findall(r'href="exhibits/([^"]+)"', html)}


def test_the_page_is_told_in_both_languages(unpacked):
    assert "The ruling: for the buyer" in (unpacked / "case.html").read_text()
    assert "裁决" in (unpacked / "case.zh.html").read_text()


def test_readme_verifies_it_without_our_program(unpacked):
    """Every command of README.txt, as it stands there, with openssl and Python alone."""
    (unpacked / "KEY.pem").write_text(signing.own().public_pem)
    told = (unpacked / form.README).read_text()
    commands = dict.fromkeys(re.findall(r'^(?:openssl .*|python3 -c "[^"]*")$', told, re.MULTILINE))
    done = [
        subprocess.run(["bash", "-c", command], cwd=unpacked, capture_output=True, text=True, check=True).stdout
        for command in commands
    ]
    manifest = json.loads((unpacked / form.MANIFEST).read_bytes())
    assert [each.split()[0] for each in done] == [
        signing.own().id,
        "Signature",
        "all",
        manifest["journal"]["case"]["hash"],
    ]
    assert done[1].strip() == "Signature Verified Successfully"
    assert done[2].strip() == "all there"
    assert signing.own().id in told


def test_it_is_verified_without_settings_database_or_data_folder(sound, tmp_path):
    (tmp_path / "case.zip").write_bytes(sound)
    (tmp_path / "key.pem").write_text(signing.own().public_pem)
    done = run_manage(
        "verify_bundle",
        str(tmp_path / "case.zip"),
        "--key",
        str(tmp_path / "key.pem"),
        DATABASE_URL="postgres://nobody@db.invalid/none",
        DATA_DIR=str(tmp_path / "nowhere"),
        EVIDENCE_STORAGE_URL="none",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "The file is sound."
    assert "NOTE" not in done.stdout
    assert not (tmp_path / "nowhere").exists()


def test_without_a_key_from_outside_it_says_what_that_is_worth(sound, tmp_path, capsys):
    (tmp_path / "case.zip").write_bytes(sound)
    call_command("verify_bundle", str(tmp_path / "case.zip"))
    assert verify.OWN_KEY_ALONE in capsys.readouterr().out


def test_verifying_takes_no_django(tmp_path, sound):
    (tmp_path / "case.zip").write_bytes(sound)
    asked = (
        "import sys; from adjudication.reports.bundle import verify; code = verify.main(sys.argv[1:]);"
        "sys.exit(code or any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", asked, str(tmp_path / "case.zip")], check=True, capture_output=True)


def test_what_is_handed_out_is_on_record_with_every_original_in_it(full):
    before = walk.snapshot()
    handed(full, name="b-1")
    (export,) = Export.objects.all()
    assert (export.case_id, export.role, export.asker_id, export.asker_name) == (
        full.pk,
        Role.BUYER,
        full.buyer_id,
        "b-1",
    )
    assert (export.sequence, export.is_whole, export.signing_key) == (full.version, True, signing.own().id)
    with_files = {exhibit.pk for exhibit in full.papers.exhibits if exhibit.file_name}
    assert {(seen.exhibit_id, seen.viewer_id) for seen in Viewing.objects.all()} == {
        (pk, full.buyer_id) for pk in with_files
    }
    assert walk.snapshot() == before


def test_a_code_is_told_to_staff_and_not_to_a_side_that_cannot_use_it(full):
    def codes(content):
        with zipfile.ZipFile(BytesIO(content)) as opened:
            asked = json.loads(opened.read(form.INQUIRIES))[0]["asked"]
        return [asking["code"] for asking in asked]

    assert codes(handed(full)) == [None, None]
    assert all(codes(handed(full, walk.arbitrator("reader", Role.AUDITOR), "reader")))


def test_no_draft_note_or_trace_is_in_it(day):
    from django.contrib.auth.models import User

    from adjudication import docket
    from adjudication.cases.notes import Note
    from adjudication.procedure import drafts
    from tests.evidence import drawn
    from tests.reports.bundle.conftest import with_file

    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), with_file("The crack", drawn.photo()))
    with docket.take(case.number) as (taken, at):
        drafts.keep_draft(taken, by=walk.buyer_of(case), given=walk.an_exhibit("A secret draft"), at=at)
    user = User.objects.get(username="arbitrator")
    Note.objects.create(case_id=case.pk, by=user, text="A secret note", written_at=walk.START)
    for reader in (walk.buyer_of(case), walk.seller_of(case), walk.arbitrator("reader", Role.AUDITOR)):
        content = handed(walk.look(case), reader)
        with zipfile.ZipFile(BytesIO(content)) as opened:
            texts = [opened.read(name) for name in opened.namelist() if not name.startswith("exhibits/")]
        assert not any(
            word in text for text in texts for word in (b"secret", b"Secretphone", b"drafts", b"picture_hash")
        )
