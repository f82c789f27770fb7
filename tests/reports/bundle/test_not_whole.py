"""What is lacking is never handed out as whole: it is refused by name, or stated, shown and signed."""

import errno
import json
import zipfile
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from adjudication import clock, docket
from adjudication.credentials import signing
from adjudication.errors import Busy, NotWhole, StorageFull, Unavailable
from adjudication.evidence.models import Viewing
from adjudication.reports.bundle import form, hand_out, verify
from adjudication.reports.models import Export
from tests import walk
from tests.evidence import drawn
from tests.reports.bundle.conftest import handed, with_file


@pytest.fixture
def case(day):
    """A case with two files: of the crack, which is B2, and of the box, which is B3."""
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), with_file("The crack", drawn.photo()))
    walk.filed(case, walk.buyer_of(case), with_file("The box", drawn.picture("PNG")))
    return walk.look(case)


def exhibit(case, label="B2"):
    return next(each for each in case.papers.exhibits if each.label == label)


def lose(case, shelf):
    shelf.remove(exhibit(case).file_name)


def alter(case, shelf):
    name = exhibit(case).file_name
    shelf.write(name, shelf.read(name)[:-1] + b"!")


@pytest.mark.parametrize("damage", [lose, alter])
def test_a_file_that_is_missing_or_altered_is_named_and_nothing_is_handed_out(case, shelf, damage):
    damage(case, shelf)
    with pytest.raises(NotWhole, match="The file of exhibit B2 is missing from the store, or is not") as told:
        handed(case)
    assert told.value.exhibits == ("B2",)
    assert not Export.objects.exists()
    assert not Viewing.objects.exists()


@pytest.mark.parametrize(("damage", "why"), [(lose, "missing"), (alter, "altered")])
def test_asked_for_all_the_same_it_states_what_is_lacking_and_that_is_signed(
    case, shelf, damage, why, tmp_path, capsys
):
    damage(case, shelf)
    content = handed(case, even_if_not_whole=True)
    with zipfile.ZipFile(BytesIO(content)) as opened:
        manifest = json.loads(opened.read(form.MANIFEST))
        assert opened.namelist()[0] == "exhibits/B3.png"
        assert "This file is not whole" in opened.read("case.html").decode()
        assert "THIS FILE IS NOT WHOLE. It lacks the file of exhibit B2" in opened.read(form.README).decode()
    (lacking,) = manifest["not_whole"]
    assert (lacking["exhibit"], lacking["why"], lacking["sha256"]) == ("B2", why, exhibit(case).sha256)
    (tmp_path / "case.zip").write_bytes(content)
    assert verify.main([str(tmp_path / "case.zip")]) == verify.NOT_WHOLE
    told = capsys.readouterr().out
    assert exhibit(case).sha256 in told
    assert told.splitlines()[-1] == "The file is genuine; it says itself that it is not whole."
    assert [export.is_whole for export in Export.objects.all()] == [False]
    assert [seen.exhibit_id for seen in Viewing.objects.all()] == [exhibit(case, "B3").pk]


def test_a_store_that_does_not_answer_is_not_taken_for_one_that_has_lost_a_file(case, shelf):
    with shelf.lost(), pytest.raises(Unavailable, match="cannot be reached"):
        handed(case, even_if_not_whole=True)
    shelf.remove(exhibit(case).file_name)
    (shelf.where / exhibit(case).file_name).mkdir()  # to open it is an error of the disk
    with pytest.raises(Unavailable, match="cannot be reached"):
        handed(case, even_if_not_whole=True)
    assert not Export.objects.exists()


def test_an_empty_store_is_taken_for_one_that_is_not_mounted(case, shelf, settings, tmp_path):
    (tmp_path / "mount").mkdir()
    elsewhere = {**shelf.options, "OPTIONS": {**shelf.options["OPTIONS"], "location": str(tmp_path / "mount")}}
    settings.STORAGES = {**settings.STORAGES, "evidence": elsewhere}
    with pytest.raises(Unavailable, match="cannot be reached"):
        handed(case, even_if_not_whole=True)
    assert not Export.objects.exists()


def test_a_process_makes_two_at_once_and_whoever_comes_third_is_told(case, monkeypatch):
    monkeypatch.setattr(hand_out, "PATIENCE_SECONDS", 0.01)
    assert [hand_out.PLACES.acquire(), hand_out.PLACES.acquire()] == [True, True]
    try:
        with pytest.raises(Busy, match="ask again in a moment"):
            handed(case)
    finally:
        hand_out.PLACES.release(2)
    assert not Export.objects.exists()
    assert handed(case)


def test_of_two_who_note_an_outage_at_once_the_second_reads_again(own_database, shelf, monkeypatch):
    """A look may note that the service was away, which the other's snapshot does not see yet."""
    with clock.simulated(walk.START):
        case = walk.in_evidence()
    look, looked = docket.look, []

    def noted_by_somebody_else(number):
        looked.append(number)
        if len(looked) == 1:  # what two writers of one row in snapshots of their own end in
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
        return look(number)

    monkeypatch.setattr(docket, "look", noted_by_somebody_else)
    with clock.simulated(walk.START):
        assert handed(case)
    assert len(looked) == 2


def test_a_full_disk_is_said_and_leaves_nothing(case, monkeypatch):
    class Full:
        def __init__(self, **how):
            self.file = TemporaryFile(**how)  # noqa: SIM115

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, content):
            if self.file.tell() + len(content) > 10_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self.file.write(content)

    monkeypatch.setattr(hand_out, "TemporaryFile", Full)
    with pytest.raises(StorageFull, match="There is no room"):
        handed(case)
    assert not Export.objects.exists()


def test_a_record_that_does_not_hang_together_is_not_handed_out(case):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE adjudication_event DISABLE TRIGGER USER, DROP CONSTRAINT hash_of_its_body")
        cursor.execute(
            "UPDATE adjudication_event SET body = replace(body, '2026-03', '2026-04')"
            " WHERE case_id = %s AND sequence = 3",
            [case.pk],
        )
    with pytest.raises(NotWhole, match=r"does not hang together.* event 3 is not that of the events before it"):
        handed(case, even_if_not_whole=True)
    assert not Export.objects.exists()


def test_without_a_key_production_signs_nothing_and_says_so(settings):
    settings.SIGNING_KEY = ""
    with pytest.raises(Unavailable, match="must set SIGNING_KEY"):
        signing.own()
    with pytest.raises(CommandError, match="must set SIGNING_KEY"):
        call_command("signing_key")


def test_export_case_writes_a_file_that_verifies(case, tmp_path, capsys):
    out, key = tmp_path / "case.zip", tmp_path / "key.pem"
    call_command("export_case", case.number, out=str(out))
    call_command("signing_key")
    key.write_text(capsys.readouterr().out.partition("\n")[2])
    assert verify.main([str(out), "--key", str(key)]) == verify.SOUND
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["case.zip", "key.pem"]
    assert [(export.role, export.asker_name) for export in Export.objects.all()] == [("platform", "export_case")]


def test_export_case_writes_over_nothing_and_says_what_is_wrong(case, shelf, tmp_path):
    out = tmp_path / "case.zip"
    out.write_text("another's")
    with pytest.raises(CommandError, match="is there already; name a new file"):
        call_command("export_case", case.number, out=str(out))
    assert out.read_text() == "another's"
    with pytest.raises(CommandError, match="There is no such case"):
        call_command("export_case", "2026-999999-99", out=str(tmp_path / "none.zip"))
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_case", case.number, out=str(tmp_path / "nowhere" / "case.zip"))
    lose(case, shelf)
    with pytest.raises(CommandError, match="The file of exhibit B2 is missing"):
        call_command("export_case", case.number, out=str(tmp_path / "lost.zip"))
    with pytest.raises(SystemExit) as left:
        call_command("export_case", case.number, out=str(tmp_path / "lost.zip"), even_if_not_whole=True)
    assert left.value.code == verify.NOT_WHOLE
    assert verify.main([str(tmp_path / "lost.zip")]) == verify.NOT_WHOLE
