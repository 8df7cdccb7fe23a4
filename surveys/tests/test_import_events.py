import pytest
from django.core.management import CommandError, call_command

from surveys.models import Stage, TouchpointEvent

pytestmark = pytest.mark.django_db
MAPPING = """
[source]
slug = "shop"
[file]
time_zone = "Europe/Berlin"
[journey]
slug = "shop"
name = "Shop"
[[journey.touchpoint]]
slug = "bought"
name = "Bought"
stage = "Purchase"
[[journey.touchpoint]]
slug = "delivered"
name = "Delivered"
stage = "Delivery"
[[event]]
id = "{id}-b"
touchpoint = "bought"
customer = "{who}"
occurred_at = "{bought}"
[event.attributes]
value = "{value}"
[[event]]
id = "{id}-d"
touchpoint = "delivered"
customer = "{who}"
occurred_at = "{delivered}"
"""
HEADER = "id,who,bought,delivered,value\n"


@pytest.fixture
def take(tmp_path, capsys):
    def run(text: str, mapping: str = MAPPING) -> str:
        (tmp_path / "e.csv").write_text(HEADER + text)
        (tmp_path / "m.toml").write_text(mapping)
        call_command("import_events", tmp_path / "e.csv", mapping=tmp_path / "m.toml")
        refused = tmp_path / "e.rejected.csv"
        return capsys.readouterr().out + (refused.read_text() if refused.exists() else "")

    return run


def test_one_row_tells_of_every_moment_that_happened(take):
    take("7,C-1,2026-01-05 10:00,,19.90\n8,C-2,2026-01-05 10:00,2026-01-07,5\n")
    assert list(TouchpointEvent.objects.order_by("event_id").values_list("event_id", "touchpoint__slug")) == [
        ("7-b", "bought"),
        ("8-b", "bought"),
        ("8-d", "delivered"),
    ]
    first = TouchpointEvent.objects.get(event_id="7-b")
    assert (first.occurred_at.hour, first.attributes, first.customer.external_id) == (9, {"value": "19.90"}, "C-1")


def test_a_journey_that_the_mapping_describes_is_made_once(take):
    take("7,C-1,2026-01-05,,\n")
    take("8,C-1,2026-01-05,,\n")
    assert list(Stage.objects.values_list("name", flat=True)) == ["Purchase", "Delivery"]


def test_the_same_events_in_another_file_are_known(take):
    take("7,C-1,2026-01-05,,\n")
    assert "0 taken, 1 known before" in take("7,C-1,2026-01-05,,\n\n")


def test_an_id_that_comes_back_with_another_content_is_refused(take):
    take("7,C-1,2026-01-05,,\n")
    assert "id: “7-b” was used before for something else." in take("7,C-1,2026-01-06,,\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9,C,,,", "every time in this row is empty"),
        ("9,C,soon,,", "occurred_at: “soon” is not a date"),
        ("9,C,2199-01-01,,", "occurred_at: lies in the future."),
        (f"9,{'C' * 256},2026-01-05,,", "customer: longer than 255 characters."),
        (f"{'9' * 99},C,2026-01-05,,", "id: must have 1 to 100 characters."),
        (f"9,C,2026-01-05,,{'x' * 10_001}", "value: longer than 10000 characters."),
    ],
)
def test_a_bad_row_is_reported_with_its_reason(take, row, reason):
    assert reason in take(row + "\n")


def test_a_mapping_without_a_source_is_refused(take):
    with pytest.raises(CommandError, match="source: “slug” is missing"):
        take("", MAPPING.replace('slug = "shop"\n[file]', "[file]"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (('slug = "shop"\n[file]', 'slug = "a b"\n[file]'), "source.slug: Enter a valid"),
        (('slug = "shop"\n[file]', f'slug = "{"s" * 51}"\n[file]'), "source.slug: Ensure this value has at most 50"),
        (('slug = "shop"\n[file]', 'slug = "shop"\nname = "x"\n[file]'), "source: unknown field name"),
        (('name = "Shop"', 'nmae = "Shop"'), "journey: unknown field nmae"),
        (('name = "Bought"', f'name = "{"x" * 121}"'), "journey.touchpoint.name: Ensure this value has at most 120"),
        (
            ('stage = "Purchase"', 'channel = "pigeon"'),
            "journey.touchpoint.channel: Value 'pigeon' is not a valid choice",
        ),
        (('slug = "bought"', 'slug = "bought it"'), "journey.touchpoint.slug: Enter a valid"),
        (("[[journey.touchpoint]]", "[journey.touchpoint]"), "m.toml: "),
        (("[[event]]", "[event]"), "m.toml: "),
        (('occurred_at = "{bought}"', 'ocurred_at = "{bought}"'), "event: unknown field ocurred_at"),
        (('time_zone = "Europe/Berlin"', 'time_zone = "Mars"'), "file: “Mars” is not a zone"),
        (('time_zone = "Europe/Berlin"', "time_zone = 7"), "file: time_zone must be text"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_in_words_and_nothing_is_made(take, said, reason):
    with pytest.raises(CommandError, match=reason):
        take("7,C-1,2026-01-05,,\n", MAPPING.replace(*said, 1))
    assert not Stage.objects.exists()
    assert not TouchpointEvent.objects.exists()
