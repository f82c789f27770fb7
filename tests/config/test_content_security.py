"""No page loads anything from elsewhere; only the staff pages may evaluate expressions."""

import pytest
from django.test import Client


def policy_of(path: str) -> dict[str, str]:
    """The directives of the answer's policy."""
    header = Client().get(path).headers["Content-Security-Policy"]
    return {part.split()[0]: " ".join(part.split()[1:]) for part in header.split(";") if part.strip()}


@pytest.mark.django_db
def test_pages_load_only_their_own_files() -> None:
    policy = policy_of("/live")
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in allowed for allowed in policy.values())


@pytest.mark.django_db
def test_staff_pages_may_evaluate_but_not_load_from_elsewhere() -> None:
    policy = policy_of("/admin/login/")
    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
