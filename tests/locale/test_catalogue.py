"""Simplified Chinese is complete: what the sources say, the catalogue says, and so does the compiled one."""

import io
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings as installed
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from adjudication import clock
from adjudication.parties import Actor, Role
from adjudication.staff.site import site
from tests import walk
from tests.pages.conftest import signed_in

FOLDER = Path(installed.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
SOURCES = ("adjudication", "config", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[-0-9.]*[a-z]|%[sd]|</?\w+[^>]*>|\{\w*\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
#: Said in English everywhere: names of formats, of things one types, and of the languages themselves.
SAME_IN_BOTH = {"English", "ISO 4217"}


@cache
def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def messages(of: Catalog) -> Iterator[Message]:
    return (message for message in of if message.id)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return message.context, forms(message.id)


def said(of: Catalog) -> dict[tuple[str | None, tuple[str, ...]], tuple[str, ...]]:
    return {key(message): forms(message.string) for message in messages(of)}


@pytest.fixture
def marked(tmp_path, monkeypatch, settings) -> Catalog:
    """What Django's own extraction finds in a copy of the sources."""
    if not shutil.which("xgettext"):
        if os.environ.get("CI") == "true":
            pytest.fail("xgettext is missing: install GNU gettext")
        pytest.skip("needs GNU gettext")
    for folder in SOURCES:
        shutil.copytree(installed.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", locale=["zh_Hans"], keep_pot=True, no_location=True, verbosity=0)
    template = (tmp_path / "locale" / "django.pot").read_text(encoding="utf-8")
    return read_po(io.StringIO(template.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=n != 1")))


def test_every_message_of_the_sources_is_in_the_catalogue_and_no_other(marked):
    ours, theirs = {key(message) for message in messages(catalogue())}, {key(message) for message in messages(marked)}
    assert len(theirs) > 1000
    assert theirs - ours == set(), "run makemessages -l zh_Hans --no-location --no-obsolete and translate these"
    assert ours - theirs == set(), "run makemessages: these are said nowhere any more"


def test_every_message_is_translated_and_none_is_a_guess():
    open_ones = [message.id for message in messages(catalogue()) if message.fuzzy or not all(forms(message.string))]
    assert open_ones == []


def test_every_translation_is_chinese():
    english = {forms(message.id)[0] for message in messages(catalogue()) if not HAN.search(forms(message.string)[0])}
    assert english == SAME_IN_BOTH


def test_placeholders_and_markup_are_the_same_in_both_languages():
    for message in messages(catalogue()):
        # What is counted may stand in every form of the original; Chinese has one form.
        expected = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(PLACEHOLDER.findall(form)) == expected, message.id


def test_the_compiled_catalogue_is_what_the_readable_one_says():
    compiled_now = io.BytesIO()
    write_mo(compiled_now, catalogue())
    compiled_now.seek(0)
    with (FOLDER / "django.mo").open("rb") as file:
        # The header has times in it, which only a person reads.
        assert said(read_mo(file)) == said(read_mo(compiled_now)), "run compilemessages -l zh_Hans"


# --- What a reader sees -----------------------------------------------------------------------------


def words(page: str) -> str:
    """The text of a page as a reader sees or hears it: no scripts, no styles, no tags."""
    page = re.sub(r"(?s)<(script|style|template|code)\b.*?</\1>", " ", page)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page)
    return unescape(" ".join([re.sub(r"(?s)<[^>]*>", " ¦ ", page), *spoken]))


def english_left(page: str) -> set[str]:
    """Messages of ours that stand in English on the page, and any other three English words in a row."""
    text = words(page)
    for known in ("Kiln & Co", "Porcelain cup", "It is broken.", "It was whole when it left.", *parties_words()):
        text = text.replace(known, " ¦ ")
    ours = {id for message in messages(catalogue()) for id in forms(message.id) if " " in id and len(id) > 8}
    return {id for id in ours if id in text} | set(re.findall(r"[A-Za-z’']+(?: [A-Za-z’']+){2,}", text))


def parties_words() -> Iterator[str]:
    """What the parties wrote stays in their own language."""
    from adjudication.cases.models import Case
    from adjudication.evidence.models import Exhibit
    from adjudication.rulings.models import Finding, Ruling

    for model, fields in (
        (Case, ("statement", "rejection_text", "intervention_text", "grounds")),
        (Exhibit, ("title", "text")),
        (Ruling, ("reasons",)),
        (Finding, ("note",)),
    ):
        for row in model.objects.values_list(*fields):
            yield from (text for text in row if text)


@pytest.mark.django_db
def test_the_front_page_speaks_chinese():
    page = Client().get("/", headers=CHINESE).text
    assert '<html lang="zh-hans"' in page
    assert english_left(page) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("reached", [walk.requested, walk.in_evidence, lambda: walk.ruled()[0]])
def test_the_case_page_speaks_chinese_to_both_sides(reached):
    with clock.simulated(walk.START):
        case = reached()
        for party in (case.buyer, case.shop.party):
            client = signed_in(party)
            for address in ("/cases/", f"/cases/{case.number}/"):
                assert english_left(client.get(address, headers=CHINESE).text) == set()


def test_the_fields_of_every_record_have_chinese_names():
    with translation.override("zh-hans"):
        names = {str(field.verbose_name) for model in site._registry for field in model._meta.concrete_fields}
    in_english = {name for name in names if not HAN.search(name) and not name.endswith(" minor")}  # shown as amounts
    assert in_english == {"ID", "id", "sku", "sha256"}


@pytest.mark.django_db
def test_the_staff_pages_speak_chinese():
    with clock.simulated(walk.START):
        user, _is_new = User.objects.update_or_create(username="arbitrator", defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name="arbitrator"))
        case = walk.in_ruling(walk.in_evidence(by=Actor(Role.ARBITRATOR, user.pk)))
        client = Client()
        left = {"login/": english_left(client.get("/admin/login/", headers=CHINESE).text)}
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        pages = ("", "queue/", f"cases/{case.number}/hearing/", f"cases/{case.number}/ruling/")
        records = ("case", "order", "exhibit", "ruling", "deadline", "event", "entry", "payout")
        for address in (*pages, *(f"adjudication/{record}/" for record in records)):
            answer = client.get(f"/admin/{address}", headers=CHINESE)
            assert answer.status_code == 200, address
            left[address] = english_left(answer.text)
        assert {address: words for address, words in left.items() if words} == {}
