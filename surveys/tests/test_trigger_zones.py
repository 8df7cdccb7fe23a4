from zoneinfo import ZoneInfo

import pytest

from surveys.triggers.zones import stated_zone, zones_of_locale, zones_of_phone


@pytest.mark.parametrize("name", ["", "Europe", "Mars/Olympus", "../../etc/passwd", "\0", "x" * 300])
def test_a_zone_nobody_knows_is_no_zone(name):
    assert stated_zone(name) is None


def test_a_stated_zone_is_believed():
    assert stated_zone("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")


def test_a_phone_of_a_wide_country_may_ring_in_many_zones():
    zones = {zone.key for zone in zones_of_phone("+12025550123")}
    assert {"America/New_York", "Pacific/Honolulu"} <= zones


def test_a_phone_of_a_small_country_rings_in_one():
    assert zones_of_phone("+43 1 5880010") == [ZoneInfo("Europe/Vienna")]


@pytest.mark.parametrize("number", ["", "12", "anna@example.org", "+999123456"])
def test_what_is_no_phone_number_tells_nothing(number):
    assert zones_of_phone(number) == []


@pytest.mark.parametrize(("locale", "zone"), [("de-AT", "Europe/Vienna"), ("zh_Hant_TW", "Asia/Taipei")])
def test_the_region_of_a_locale_tells_the_zone(locale, zone):
    assert zones_of_locale(locale) == [ZoneInfo(zone)]


@pytest.mark.parametrize("locale", ["", "de", "es-419", "sr-Latn"])
def test_a_language_alone_tells_nothing(locale):
    assert zones_of_locale(locale) == []
