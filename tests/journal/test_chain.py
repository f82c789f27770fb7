"""The chain: canonical text, hashed over what went before, and free of names and words."""

import hashlib
import json

from adjudication.journal.chain import canonical, digest
from adjudication.journal.models import Announcement, Event
from tests import walk


def test_the_canonical_text_is_that_of_rfc_8785():
    value = {"b": [1, True, None], "a": '€\n"\\\u0001é', "aa": {"z": 0, "y": -5}}
    assert canonical(value) == '{"a":"€\\n\\"\\\\\\u0001é","aa":{"y":-5,"z":0},"b":[1,true,null]}'


def test_every_hash_covers_the_one_before_and_the_exact_text():
    case = walk.ruled()[0]
    previous = b""
    for number, event in enumerate(Event.objects.filter(case=case).order_by("sequence"), start=1):
        assert event.sequence == number
        assert bytes(event.previous) == previous
        previous = hashlib.sha256(previous + event.body.encode()).digest()
        assert bytes(event.hash) == previous
        body = json.loads(event.body)
        assert (body["case"], body["kind"], body["sequence"]) == (case.number, event.kind, number)
        assert event.body == canonical(body)
    assert bytes(case.head) == previous
    assert case.version == number


def test_no_name_and_no_word_of_anybody_is_in_the_journal():
    case = walk.ruled()[0]
    told = " ".join(Event.objects.values_list("body", flat=True))
    for words in ("Lin", "Kiln", case.statement, case.rejection_text, "Packing photo", "The photograph shows"):
        assert words not in told
    assert digest(case.statement) in told


def test_every_event_leaves_a_row_that_announces_it():
    walk.ruled()
    assert Announcement.objects.count() == Event.objects.count() > 10
