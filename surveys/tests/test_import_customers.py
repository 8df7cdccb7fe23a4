import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Consent, Customer

pytestmark = pytest.mark.django_db
MAPPING = """
[customer]
external_id = "{id}"
email = "{mail}"
annual_value = "{value}"
time_zone = "{zone}"
locale = "{locale}"
preferred_channel = "{channel}"
[customer.attributes]
plan = "{plan}"
[customer.consent]
email = "{ok}"
"""
HEADER = "id,mail,value,zone,plan,ok,locale,channel\n"
CELLS = len(HEADER.split(","))


@pytest.fixture
def take(tmp_path, capsys):
    def run(text: str, mapping: str = MAPPING) -> str:
        missing = [CELLS - len(row) for row in csv.reader(text.splitlines())]
        text = "".join(f"{line}{',' * cells}\n" for line, cells in zip(text.splitlines(), missing, strict=True))
        (tmp_path / "c.csv").write_text(HEADER + text, encoding="utf-8")
        (tmp_path / "m.toml").write_text(mapping)
        call_command("import_customers", tmp_path / "c.csv", mapping=tmp_path / "m.toml")
        refused = tmp_path / "c.rejected.csv"
        return capsys.readouterr().out + (Path(refused).read_text() if refused.exists() else "")

    return run


def test_a_row_becomes_a_customer_with_address_attributes_and_consent(take):
    take("A-1,Ana@Example.org,120.50,Europe/Berlin,gold,yes\n")
    customer = Customer.objects.get(external_id="A-1")
    assert (str(customer.annual_value), customer.attributes) == ("120.50", {"plan": "gold"})
    assert customer.addresses.get().address == "ana@example.org"
    assert Consent.objects.get().status == "granted"


def test_a_customer_number_keeps_its_leading_zeros(take):
    take("0017,,,,,\n")
    assert Customer.objects.get().external_id == "0017"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("B,not an address,,,,", "address: "),
        ('B,"a@b.example,x@y.example",,,,', "address: "),
        ("B,,lots,,,", "annual_value: “lots” is not an amount"),
        ("B,,NaN,,,", "annual_value: “NaN” is not an amount"),
        ("B,,1.234,,,", "annual_value: “1.234” is not an amount"),
        ('B,,"1.234,56",,,', "annual_value: “1.234,56” is not an amount"),
        ("B,,１２,,,", "annual_value: “１２” is not an amount"),
        ("B,,1e3,,,", "annual_value: “1e3” is not an amount"),
        ("B,,99999999999,,,", "annual_value: “99999999999” is not an amount"),
        ("B,,,,,,<script>,", "locale: “<script>” is not a language"),
        ("B,,,,,,en-english-english,", "locale: “en-english-english” is not a language"),
        ("B,,,,,,,fax", "preferred_channel: Value 'fax' is not a valid choice"),
        (f"B,,,,{'x' * 10_001},", "plan: longer than 10000 characters"),
        ("B,,,Mars/Base,,", "time_zone: “Mars/Base” is not a zone"),
        ("B,,,,,perhaps", "consent: “perhaps” is neither yes nor no"),
        (",,,,,", "Neither a customer number nor an address"),
    ],
)
def test_a_bad_row_is_reported_in_its_fields_own_words_and_the_good_ones_go_in(take, row, reason):
    said = take(f"{row}\nC,,,,,\n")
    assert reason in said
    assert list(Customer.objects.values_list("external_id", flat=True)) == ["C"]


@pytest.mark.parametrize(
    ("amount", "value"),
    [("1.234,56", "1234.56"), ("1234,5", "1234.50"), ("0", "0.00"), ("-7", "-7.00"), ("1.000.000", "1000000.00")],
)
def test_an_amount_with_a_decimal_comma_is_read_where_the_mapping_says_so(take, amount, value):
    take(f'B,,"{amount}",,,\n', MAPPING + '[file]\ndecimal = ","\n')
    assert str(Customer.objects.get().annual_value) == value


def test_the_same_customers_in_another_file_are_known_and_brought_up_to_date(take):
    take("A,a@example.org,,,silver,yes\n")
    said = take("A,a@example.org,,,gold,yes\nB,,,,,\n")
    assert "1 taken, 1 known before, 0 refused" in said
    assert Customer.objects.get(external_id="A").attributes == {"plan": "gold"}
    assert Consent.objects.count() == 1


def test_a_mapping_with_an_unknown_field_is_refused_before_any_row(take):
    with pytest.raises(CommandError, match="unknown field mail; known are"):
        take("A,,,,,\n", '[customer]\nexternal_id = "{id}"\nmail = "{mail}"\n')
    assert not Customer.objects.exists()
