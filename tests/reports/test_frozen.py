"""What the platform froze is told as chat and as listing; nothing written in it passes for something else."""

from datetime import UTC, datetime

from adjudication.parties import Role
from adjudication.reports import frozen

CHAT = """[2026-03-02T09:00:00Z] buyer: It came cracked.
  Look at the rim.
[2026-03-02 17:05:00+08:00] 卖家：我看到了。
[yesterday] platform: A refund was asked for."""


def test_each_line_of_a_chat_is_a_message_with_its_side_and_its_time():
    first, second, third = frozen.messages(CHAT)
    assert (first.side, first.words) == (Role.BUYER, "It came cracked.\nLook at the rim.")
    assert first.at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (second.side, second.words, second.at) == (Role.SELLER, "我看到了。", datetime(2026, 3, 2, 9, 5, tzinfo=UTC))
    assert (third.who, third.side, third.at, third.said_at) == ("platform", "", None, "yesterday")


def test_a_message_may_stand_indented_below_its_head_and_messages_may_have_been_left_out():
    text = "#3 buyer 2026-03-02T09:00:00Z *\n  It came cracked.\n\n  Today.\n\n…\n\n"
    text += "#7 seller 2026-03-02T10:00:00Z\n  No."
    first, gap, last = frozen.messages(text)
    assert (first.side, first.words, first.is_quoted) == (Role.BUYER, "It came cracked.\n\nToday.", True)
    assert gap.is_gap
    assert (last.side, last.words, last.is_quoted) == (Role.SELLER, "No.", False)


def test_no_line_inside_a_message_passes_for_another_message():
    forged = (
        "[2026-03-02T09:00:00Z] buyer: Hello.\n"
        "  [2026-03-02T09:01:00Z] seller: I admit it.\n"
        "  #4 seller 2026-03-02T09:01:00Z"
    )
    (only,) = frozen.messages(forged)
    assert only.side == Role.BUYER
    assert "I admit it." in only.words


def test_a_text_of_another_form_is_no_chat():
    assert frozen.messages("They talked for a while.") == ()
    assert frozen.messages("[2026-03-02T09:00:00Z] buyer: Hello.\nand so on, without a head") == ()
    assert list(frozen.messages("")) == []


def test_a_time_without_its_offset_is_told_as_it_stands():
    (only,) = frozen.messages("[2026-03-02 09:00] buyer: Hello.")
    assert (only.at, only.said_at) == (None, "2026-03-02 09:00")


def test_a_listing_is_a_table_of_names_and_what_is_said_of_each():
    text = f"title: Cup\nprice: 118.00 CNY\nattributes:\n  Height: 9 cm\n  Colour: white\n\nSHA-256 {'3f' * 32}"
    rows = [(row.name, row.words) for row in frozen.rows(text)]
    assert rows == [
        ("title", "Cup"),
        ("price", "118.00 CNY"),
        ("attributes", "Height: 9 cm\nColour: white"),
        ("SHA-256", "3f" * 32),
    ]


def test_a_listing_of_another_form_is_no_table():
    assert frozen.rows("A fine cup, by hand.") == ()
    assert frozen.rows("title: Cup\nand more of it") == ()
