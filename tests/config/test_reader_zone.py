"""A page shows its times in the reader's own zone with UTC beside; what names no zone changes nothing."""

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from config.reader_zone import ReaderZoneMiddleware, known_zones

AT = datetime(2026, 3, 2, 9, 0, 59, tzinfo=UTC)


def shown(zone="", *, path="/cases/", how="{% moment at %}"):
    """How a page of this reader shows the moment."""
    request = RequestFactory().get(path)
    if zone:
        request.COOKIES["timezone"] = zone
    template = Template("{% load looks %}" + how)
    return ReaderZoneMiddleware(lambda _request: HttpResponse(template.render(Context({"at": AT}))))(request).text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("", "2026-03-02 09:00 UTC"),
        ("UTC", "2026-03-02 09:00 UTC"),
        ("Asia/Shanghai", '2026-03-02 17:00 <span class="utc">(09:00 UTC)</span>'),
        ("Asia/Kathmandu", '2026-03-02 14:45 <span class="utc">(09:00 UTC)</span>'),
        ("Pacific/Kiritimati", '2026-03-02 23:00 <span class="utc">(09:00 UTC)</span>'),
        ("Pacific/Honolulu", '2026-03-01 23:00 <span class="utc">(2026-03-02 09:00 UTC)</span>'),
    ],
)
def test_a_moment_is_shown_in_the_readers_zone_with_utc_beside(zone, words, language):
    with translation.override(language):
        assert shown(zone) == f'<time datetime="2026-03-02T09:00:59Z" data-moment>{words}</time>'


def test_a_moment_can_be_shown_to_the_second():
    assert '17:00:59 <span class="utc">(09:00:59 UTC)</span>' in shown(
        "Asia/Shanghai", how="{% moment at seconds=True %}"
    )


@pytest.mark.parametrize(
    "named", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime", "right/UTC", "America", "\x00"]
)
def test_what_names_no_zone_is_utc(named):
    assert "2026-03-02 09:00 UTC" in shown(named)


def test_the_api_has_no_reader():
    assert "2026-03-02 09:00 UTC" in shown("Asia/Shanghai", path="/api/v1/cases")


def test_the_next_reader_has_their_own_zone():
    assert "17:00" in shown("Asia/Shanghai")
    assert timezone.get_current_timezone_name() == "UTC"
    assert "09:00 UTC" in shown()


def test_every_zone_that_a_browser_may_name_is_known():
    assert {"Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York"} <= known_zones()
