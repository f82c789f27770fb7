"""A payment provider in another house, scripted: its books are its own, and no rollback here reaches them."""

from collections.abc import Callable
from typing import ClassVar

from adjudication.escrow.provider import Failed, Paid, Payee
from adjudication.money import Amount

PATH = "tests.escrow.outside.Outside"


class Killed(BaseException):
    """This process is gone."""


class Outside:
    """It is found by its import path, as an installation's own provider is."""

    pays_itself = False

    mood: ClassVar[Callable[[int], str]]
    """What it does when it is asked for the n-th time: `pays`, `refuses`, `hangs up`, `loses the answer`, …"""
    asked: ClassVar[list[str]]
    """The key of each try."""
    books: ClassVar[list[tuple[str, Payee, Amount]]]
    """What it has paid."""
    surprises: ClassVar[list[str]]
    """A known key with another payee or amount."""

    @classmethod
    def open(cls, mood: str = "pays") -> None:
        """Begin with empty books."""
        cls.asked, cls.books, cls.surprises = [], [], []
        cls.turn(mood)

    @classmethod
    def turn(cls, *moods: str) -> None:
        """From now on behave like this, taking turns."""
        cls.mood = staticmethod(lambda n: moods[n % len(moods)])

    @classmethod
    def paid_to(cls) -> list[tuple[str, str, int]]:
        """Who has got what."""
        return sorted((payee.kind, payee.id, amount.minor) for _key, payee, amount in cls.books)

    def pay(self, *, key: str, payee: Payee, amount: Amount) -> Paid | Failed:
        """Pay once for each key."""
        mood = Outside.mood(len(self.asked))
        self.asked.append(key)
        if mood == "refuses":
            return Failed("The bank is closed.")
        if mood == "hangs up":
            raise ConnectionResetError("connection reset by peer\x00\ud800")
        known = [entry for entry in self.books if entry[0] == key]
        if not known:
            self.books.append((key, payee, amount))
        elif known != [(key, payee, amount)]:
            self.surprises.append(key)
        if mood == "loses the answer":
            raise TimeoutError("no answer within 10 s")
        if mood == "kills":
            raise Killed
        if mood == "babbles":
            return "paid!"  # type: ignore[return-value]  # what it should not do
        return Paid(f"bank:{key}" if mood == "pays" else "x" * 500 + "\x00")
