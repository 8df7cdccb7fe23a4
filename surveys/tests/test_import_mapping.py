from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from surveys.imports.mapping import MappingError, RowError, Template, check_columns, moment, read_mapping


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
