"""A number without a fraction is whole, however JSON writes it; nothing else is taken for one."""

import pytest
from rest_framework.exceptions import ValidationError

from adjudication.api.fields import Whole


def test_seven_point_nought_is_seven():
    assert (Whole().run_validation(7), Whole().run_validation(7.0)) == (7, 7)
    assert type(Whole().run_validation(7.0)) is int


@pytest.mark.parametrize("given", [7.5, "7", True, None, [7], 1e300, float("inf")])
def test_nothing_else_is(given):
    with pytest.raises(ValidationError):
        Whole(max_value=10**15).run_validation(given)
