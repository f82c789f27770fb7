"""What the marketplace tells of payouts."""

from __future__ import annotations

from adjudication.api.fields import Form, Text, one_line
from adjudication.api.forms import Choice
from adjudication.api.paging import PageQuery
from adjudication.escrow.models import Payout


class PaidForm(Form):
    """The marketplace has paid."""

    provider_reference = one_line(max_length=200)


class FailedForm(Form):
    """The marketplace could not pay."""

    why = Text(max_length=500)


class PayoutQuery(PageQuery):
    """Which payouts."""

    state = Choice(choices=Payout.State.choices, required=False)
