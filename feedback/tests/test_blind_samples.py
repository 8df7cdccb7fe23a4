from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from feedback.analytics.accuracy import machine_accuracy, read_accuracy, read_differently
from feedback.models import BlindLabel, Reading, Rollup
from feedback.services.erasure import ERASED
from feedback.services.rollups import rebuild_day
from feedback.services.samples import AlreadyLabelled, NothingToDraw, draw_sample, label_blind
from feedback.tests.programme import NOW, answer, days_ago, make_version, read

pytestmark = pytest.mark.django_db
MANY = 12


@pytest.fixture
def actor():
    return get_user_model().objects.create_user("reader")


@pytest.fixture
def version():
    return make_version()


@pytest.fixture
def comments(version):
    """The machine calls all of them negative."""
    return [answer(version, why=f"Comment {place}", label="negative") for place in range(MANY)]


def draw(actor, size=10, seed=3):
    return draw_sample(size=size, seed=seed, actor=actor, now=NOW)


def label_all(actor, *labels: str) -> None:
    for blind, label in zip(BlindLabel.objects.waiting(), labels, strict=False):
        label_blind(blind.pk, label=label, actor=actor, now=NOW)


def test_a_sample_is_drawn_by_lot_and_says_from_how_many(comments, actor):
    sample = draw(actor)
    assert (sample.drawn_from, sample.labels.count()) == (MANY, 10)
    drawn = list(sample.labels.values_list("answer_id", flat=True))
    assert drawn != sorted(drawn)


def test_the_same_seed_draws_the_same_comments(comments, actor):
    first = list(draw(actor).labels.values_list("answer_id", flat=True))
    BlindLabel.objects.all().delete()
    assert list(draw(actor).labels.values_list("answer_id", flat=True)) == first


def test_no_comment_is_drawn_twice(comments, actor):
    draw(actor)
    assert draw(actor).labels.count() == MANY - 10
    with pytest.raises(NothingToDraw):
        draw(actor)


def test_what_does_not_count_was_not_read_is_erased_or_old_is_not_drawn(version, actor):
    answer(version, why="A test", label="negative", is_test=True)
    answer(version, why="Not read", label="")
    answer(version, why="Waits")
    answer(version, why=ERASED, label="neutral")
    answer(version, why="Long ago", label="negative", at=days_ago(120))
    with pytest.raises(NothingToDraw):
        draw(actor)


def test_so_few_anonymous_comments_that_they_point_at_people_are_not_drawn(version, comments, actor):
    hidden = make_version("secret", is_anonymous=True)
    for _ in range(4):
        answer(hidden, why="Only four of us", label="negative")
    assert draw(actor).drawn_from == MANY


def test_accuracy_is_reckoned_from_blind_labels(comments, actor):
    draw(actor)
    label_all(actor, *["negative"] * 6, *["positive"] * 2, "", "")
    found = machine_accuracy()
    assert (found.value, found.n) == (75, 8)
    assert read_accuracy().unclear == 2


def test_a_comment_without_a_blind_label_says_nothing_about_accuracy(comments, actor):
    draw(actor)
    assert machine_accuracy().n == 0


def test_of_two_people_who_label_the_same_comment_the_first_counts(comments, actor):
    draw(actor)
    blind = BlindLabel.objects.first()
    label_blind(blind.pk, label="positive", actor=actor, now=NOW)
    with pytest.raises(AlreadyLabelled):
        label_blind(blind.pk, label="negative", actor=actor, now=NOW)
    blind.refresh_from_db()
    assert blind.label == "positive"


def test_blind_labels_change_no_figure(comments, actor):
    draw(actor)
    label_all(actor, *["positive"] * 10)
    rebuild_day(NOW.date(), now=NOW)
    assert Rollup.objects.get(kind="text").bin_0 == MANY


def test_each_language_and_version_has_its_own_accuracy(comments, actor):
    draw(actor)
    label_all(actor, *["negative"] * 10)
    read_by_a_newer(BlindLabel.objects.values_list("answer_id", flat=True)[:4])
    groups = {(group.version, group.is_current): group.agreement for group in read_accuracy().groups}
    assert {key: (found.accuracy.value, found.n) for key, found in groups.items()} == {
        ("2", True): (0, 4),
        ("1", False): (100, 4),
        ("1", True): (100, 6),
    }
    assert machine_accuracy().value == 60


def read_by_a_newer(answer_ids) -> None:
    for pk in answer_ids:
        Reading.objects.filter(answer_id=pk).update(is_current=False)
        Reading.objects.create(
            answer_id=pk, engine="test", engine_version="2", status="scored", label="positive", compound=1
        )


def test_comments_that_people_read_differently_are_listed_newest_first(comments, actor):
    draw(actor)
    label_all(actor, "negative", "positive")
    (listed,) = read_differently()
    assert (listed.answer.blind_label.label, listed.label) == ("positive", "negative")


def test_a_version_that_could_not_read_a_comment_is_not_wrong_about_it(comments, actor):
    draw(actor)
    label_all(actor, *["positive"] * 10)
    Reading.objects.update(status="not_scored", label="", compound=None)
    assert machine_accuracy().n == 0


def test_two_samples_are_one_measure(comments, actor):
    draw(actor, size=10)
    for _ in range(10):
        row = answer(comments[0].version, why="Later", at=NOW - timedelta(hours=1)).answers.get()
        read(row, "positive")
    draw(actor, size=10, seed=4)
    label_all(actor, *["negative"] * 20)
    assert machine_accuracy().n == 20
