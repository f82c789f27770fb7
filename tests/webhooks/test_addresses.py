"""Nothing is sent inside anybody's network, however its address is spelt or whatever a name leads to by then."""

import pytest

from adjudication.errors import Unprocessable
from adjudication.webhooks import addresses, endpoints
from adjudication.webhooks.models import WebhookAttempt, WebhookEndpoint
from tests.webhooks.conftest import an_endpoint, sent, time_passes, told

SPELT_BADLY = [
    "ftp://example.com/",
    "//example.com/",
    "example.com",
    "https://",
    "https:///hook",
    "HTTPS://example.com/",
    "http://example.com/",
    "https://user@example.com/",
    "https://user:word@example.com/",
    "https://example.com@10.0.0.1/",
    "https://example.com\\@10.0.0.1/",
    "https://example.com/#part",
    "https://example.com/a b",
    "https://example.com/\r\nX: y",
    " https://example.com/",
    "https://example.com./",
    "https://.example.com/",
    "https://exa_mple.com/",
    "https://example..com/",
    "https://intranet/",
    "https://localhost/",
    "https://例子.com/",
    "https://１２７.0.0.1/",
    "https://%31%32%37.0.0.1/",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:80/",
    "https://example.com:65536/",
    "https://example.com:/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://127.0.0.01/",
    "https://10.0.0.256/",
    "https://1.2.3/",
    "https://example.com.0x7f/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://::1/",
]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    *("0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::127.0.0.1"),
    *("::8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1"),
    *("ff02::1", "4000::1", "fe80::1%eth0"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2400:cb00::1"]


@pytest.fixture(autouse=True)
def _in_production(settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = False


@pytest.mark.parametrize("url", SPELT_BADLY)
def test_an_odd_spelling_is_refused_before_any_name_is_looked_up(url):
    def never(host, port):
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(Unprocessable) as refused:
        addresses.require_reachable(url, resolve=never)
    assert refused.value.faults[0].field == "url"


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_that_leads_to_what_is_not_public_is_refused(address):
    with pytest.raises(Unprocessable):
        addresses.require_reachable("https://example.com/", resolve=lambda host, port: ["8.8.8.8", address])


@pytest.mark.parametrize("address", [each for each in NOT_PUBLIC if "%" not in each])
def test_what_is_not_public_is_refused_as_a_number_too(address):
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Unprocessable):
        addresses.read(f"https://{host}/")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address):
    assert addresses.require_reachable("https://example.com/a?b=c", resolve=lambda host, port: [address]).port == 443


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com:8443/x", "https://[2606:4700::1111]/"])
def test_a_plain_https_address_is_taken(url):
    assert addresses.read(url).scheme == "https"


def test_a_name_that_cannot_be_resolved_now_may_be_one_day():
    def nowhere(host, port):
        raise OSError("no such name")

    assert addresses.require_reachable("https://example.com/", resolve=nowhere).host == "example.com"


def test_loopback_is_open_where_the_setting_says_so_and_nothing_else(settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    assert addresses.require_reachable("http://127.0.0.1:8080/").port == 8080
    for address in ("10.0.0.1", "169.254.169.254", "8.8.8.8"):
        with pytest.raises(Unprocessable):
            addresses.require_reachable("http://example.com/", resolve=lambda host, port, to=address: [to])


def test_a_name_that_leads_inside_by_the_time_of_sending_is_not_connected_to(db, receiver):
    there = receiver()
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    an_endpoint(f"https://hooks.example.com:{there.port}/", types=["case.requested"], resolve=rebinding)
    told()
    assert sent(resolve=rebinding) == 0
    assert asked == ["hooks.example.com"] * 2
    assert "refused: the name leads to 127.0.0.1" in WebhookAttempt.objects.get().error
    assert there.got == []


def test_the_name_is_looked_up_once_a_try_and_that_very_address_connected_to(db, receiver, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    there = receiver()
    asked = []

    def changing(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) < 3 else ["10.0.0.1"]

    an_endpoint(f"http://hooks.example.com:{there.port}/", types=["case.requested"], resolve=changing)
    told()
    assert sent(resolve=changing) == 1
    assert len(asked) == 2
    assert there.got[0].headers["host"] == f"hooks.example.com:{there.port}"
    told()
    assert sent(resolve=changing) == 0
    assert len(there.got) == 1


def test_one_bad_address_among_good_ones_is_enough(db, receiver, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    there = receiver()
    an_endpoint(f"http://hooks.example.com:{there.port}/", resolve=lambda host, port: ["127.0.0.1"])
    told()
    assert sent(resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"]) == 0
    assert there.got == []


def test_what_was_allowed_once_is_judged_anew_at_every_try(db, receiver, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    there = receiver()
    an_endpoint(there.url, types=["case.requested"])
    told()
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    assert sent() == 0
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    time_passes()
    assert sent() == 1


def test_an_address_is_judged_when_it_is_changed_too(db, receiver, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    endpoint, _secret = an_endpoint(receiver().url)
    with pytest.raises(Unprocessable):
        endpoints.change(endpoint, url="https://10.0.0.1/")
    assert WebhookEndpoint.objects.get().url == endpoint.url
