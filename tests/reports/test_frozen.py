"""What the platform froze is told as chat and as listing; nothing written in it passes for something else."""

from datetime import UTC, datetime

from adjudication.parties import Role
from adjudication.reports import frozen

CHAT = """#3 buyer 2026-03-02T09:00:00Z *
  It came cracked.

  Today.

…

#7 seller 2026-03-02T10:00:00.500000Z
  No."""


def test_each_head_of_a_chat_is_a_message_and_messages_may_have_been_left_out():
    first, gap, last = frozen.messages(CHAT)
    assert (first.number, first.side, first.words) == (3, Role.BUYER, "It came cracked.\n\nToday.")
    assert (first.at, first.is_quoted) == (datetime(2026, 3, 2, 9, tzinfo=UTC), True)
    assert (gap.number, gap.words) == (0, "")
    assert (last.number, last.side, last.words, last.is_quoted) == (7, Role.SELLER, "No.", False)


def test_no_line_inside_a_message_passes_for_another_message():
    forged = "#1 buyer 2026-03-02T09:00:00Z\n  Hello.\n  #4 seller 2026-03-02T09:01:00Z\n    I admit it."
    (only,) = frozen.messages(forged)
    assert only.side == Role.BUYER
    assert "I admit it." in only.words


def test_a_text_of_another_form_is_no_chat():
    assert frozen.messages("They talked for a while.") == ()
    assert frozen.messages("#1 buyer 2026-03-02T09:00:00Z\n  Hello.\nand so on, without a head") == ()
    assert frozen.messages("#1 platform 2026-03-02T09:00:00Z\n  A refund was asked for.") == ()
    assert list(frozen.messages("")) == []


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


def test_an_amount_that_the_marketplace_sent_is_read_as_money():
    cup, yen, unknown = frozen.rows(
        "price:\n  amount_minor: 32000\n  currency: CNY\n"
        "was:\n  amount_minor: 12800\n  currency: JPY\nodd:\n  amount_minor: 1\n  currency: QQQ"
    )
    assert (str(cup.amount), str(yen.amount)) == ("CN¥320.00", "¥12,800")
    assert (unknown.amount, unknown.words) == (None, "amount_minor: 1\ncurrency: QQQ")
