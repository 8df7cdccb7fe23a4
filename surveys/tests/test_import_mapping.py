import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from surveys.imports import customers, events, layout, table
from surveys.imports.mapping import MappingError, RowError, Template, check_columns, moment, read_mapping
from surveys.models import AddressChannel


def test_a_template_joins_text_and_columns():
    assert Template("2017-05-{DAY:0>2}").fill({"DAY": "7"}) == "2017-05-07"


@pytest.mark.parametrize("text", ["{a.__class__}", "{a[0]}", "{}", "{a!r:{b.c}}", "{a"])
def test_a_template_names_plain_columns_only(text):
    with pytest.raises(MappingError):
        Template(text)


def test_a_missing_column_is_named_together_with_those_that_exist():
    with pytest.raises(MappingError, match=r"no column mail\. It has: id, email"):
        check_columns(["mail"], ["id", "email"])


def test_a_time_without_zone_is_read_in_the_zone_of_the_file():
    assert moment("2026-07-01 12:00", field="at", zone=ZoneInfo("Europe/Berlin")) == datetime(
        2026, 7, 1, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_impossible_time_is_refused_in_words(text):
    with pytest.raises(RowError, match="at: "):
        moment(text, field="at", zone=ZoneInfo("UTC"))


def test_a_mapping_that_is_no_toml_is_named_with_its_place(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text("a = [")
    with pytest.raises(MappingError, match=r"m\.toml"):
        read_mapping(path)


def test_the_page_lists_exactly_the_names_that_a_mapping_may_hold():
    page = (Path(settings.BASE_DIR) / "docs" / "imports.md").read_text(encoding="utf-8")
    listed = {
        line.split("|")[1].strip(" `[]"): set(re.findall(r"`([a-z_]+)`", re.sub(r"\(.*?\)", "", line.split("|")[2])))
        for line in page.splitlines()
        if line.startswith("| `[")
    }
    known = {
        "file": table.OPTIONS,
        "customer": customers.FIELDS,
        "customer.consent": set(AddressChannel.values),
        "source": {"slug"},
        "event": events.FIELDS,
        "journey": layout.JOURNEY - {"touchpoint"},
        "journey.touchpoint": layout.TOUCHPOINT,
        "survey": layout.SURVEY - {"question"},
        "survey.question": layout.QUESTION,
    }
    assert {name: listed[name] for name in known} == known
