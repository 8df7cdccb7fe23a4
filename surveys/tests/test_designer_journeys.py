import pytest

from surveys.library.journeys import JOURNEYS
from surveys.library.packs import PACKS
from surveys.library.shapes import PHASES
from surveys.library.shelf import NoSuchTemplate
from surveys.models import Journey, Stage, Touchpoint
from surveys.services.journeys import add_pack, copy_as_future, create_from_template

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "stages"),
    [
        (
            "lifecycle",
            ["Awareness", "Consideration", "Purchase", "Onboarding", "Usage and support", "Retention and advocacy"],
        ),
        ("four-stages", ["Awareness", "Consideration", "Purchase", "After the purchase"]),
        ("contact-centre", ["Discovery", "Deliberation", "Engagement", "Transaction", "Retention", "Advocacy"]),
        ("feedback-loop", ["Discovery", "Awareness", "Decision", "Transaction", "Retention"]),
    ],
)
def test_a_template_makes_its_stages_in_order(key, stages):
    assert [stage.name for stage in create_from_template(key).stages.all()] == stages


@pytest.mark.parametrize("plan", JOURNEYS, ids=lambda plan: plan.key)
def test_every_phase_of_the_road_has_one_stage_in_every_template(plan):
    assert sorted(phase for stage in plan.stages for phase in stage.phases) == sorted(PHASES)


@pytest.mark.parametrize("plan", JOURNEYS, ids=lambda plan: plan.key)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.key)
def test_every_pack_fits_every_template(plan, pack):
    journey = create_from_template(plan.key, packs=[pack.key])
    assert Touchpoint.objects.filter(stage__journey=journey).count() == len(pack.touchpoints)


def test_touchpoints_stand_on_the_stage_of_their_phase():
    create_from_template("contact-centre", packs=["common"])
    assert Touchpoint.objects.get(slug="purchase").stage.name == "Transaction"
    assert Touchpoint.objects.get(slug="support-interaction").stage.name == "Engagement"


def test_a_moment_of_truth_weighs_more():
    create_from_template("lifecycle", packs=["common"])
    weights = dict(Touchpoint.objects.values_list("slug", "weight"))
    assert weights["purchase"] > weights["billing"]


def test_adding_a_pack_twice_adds_nothing_the_second_time():
    journey = create_from_template("lifecycle", packs=["retail"])
    assert add_pack(journey.pk, "retail") == []


def test_the_same_pack_on_two_journeys_gets_names_of_its_own():
    for _ in range(2):
        create_from_template("lifecycle", packs=["retail"])
    assert Touchpoint.objects.filter(slug="checkout-2").exists()


def test_a_journey_drawn_by_hand_takes_a_pack_along_its_own_stages():
    journey = Journey.objects.create(name="Ours", slug="ours")
    first = Stage.objects.create(journey=journey, name="First", slug="first", position=0)
    last = Stage.objects.create(journey=journey, name="Last", slug="last", position=1)
    add_pack(journey.pk, "retail")
    assert Touchpoint.objects.get(slug="product-page").stage == first
    assert Touchpoint.objects.get(slug="return").stage == last


def test_a_journey_without_stages_gets_one_for_its_touchpoints():
    journey = Journey.objects.create(name="Empty", slug="empty")
    add_pack(journey.pk, "common")
    assert journey.stages.get().touchpoints.count() == 4


def test_the_future_journey_is_a_twin_that_can_be_changed_alone():
    today = create_from_template("lifecycle", packs=["common"])
    future = copy_as_future(today.pk)
    assert (future.state, future.stages.count()) == ("future", today.stages.count())
    names = [
        set(Touchpoint.objects.filter(stage__journey=journey).values_list("name", flat=True))
        for journey in (today, future)
    ]
    assert names[0] == names[1]


def test_an_unknown_template_is_refused():
    with pytest.raises(NoSuchTemplate):
        create_from_template("horoscope")
