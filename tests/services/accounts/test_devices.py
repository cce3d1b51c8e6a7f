"""What devices are called, and about where they are."""

import pytest

from errors import InvalidInput
from services.accounts.client_address import network_of
from services.accounts.devices import UNKNOWN, device_name

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
EDGE = f"{CHROME} Edg/130.0.0.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("given", "user_agent", "name"),
    [
        (" Mira's  telephone ", FIREFOX, "Mira's telephone"),
        (None, FIREFOX, "Firefox on Linux"),
        ("  ", CHROME, "Chrome on Windows"),
        (None, EDGE, "Edge on Windows"),
        (None, SAFARI, "Safari on iPhone"),
        (None, "curl/8.5.0", "curl"),
        (None, "", UNKNOWN),
        (None, "<script>/1", UNKNOWN),
        (None, "x" * 100_000, UNKNOWN),
    ],
)
def test_a_device_is_called_as_it_says_or_after_its_browser(given: str | None, user_agent: str, name: str) -> None:
    assert device_name(given, user_agent) == name


@pytest.mark.parametrize("given", ["x" * 61, "a\x00b", "a\u202eb"])
def test_what_a_device_cannot_be_called(given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        device_name(given, "")
    assert refused.value.field == "deviceName"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"), ("::ffff:192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"), ("", ""), ("unix", ""),
    ],
)
def test_of_an_address_the_network_is_shown(address: str, network: str) -> None:
    assert network_of(address) == network
