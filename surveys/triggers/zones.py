"""Where may the recipient be? A stated time zone is believed; otherwise every zone of the country counts."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers


def stated_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name that is a folder, such as "Europe"
        return None


def zones_of_phone(number: str) -> list[ZoneInfo]:
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return []
    return zones_of_country(region or "")


def zones_of_locale(locale: str) -> list[ZoneInfo]:
    parts = locale.replace("_", "-").split("-")
    return zones_of_country(parts[-1].upper()) if len(parts) > 1 else []


def zones_of_country(code: str) -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in _country_table().get(code, ())]


@cache
def _country_table() -> Mapping[str, list[str]]:
    """The table of the tz database that comes with the tzdata package: country code, coordinates, zone."""
    table = defaultdict(list)
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _coordinates, zone = line.split("\t")[:3]
            table[country].append(zone)
    return table
