import pytest
from django.urls import reverse

from loop.models import Case, Tag
from loop.services.cases import mark_duplicate
from loop.services.history import NotAllowed
from loop.services.tags import MOST_ON_A_CASE, tag_case, tag_names
from loop.tests.rows import NOON, case, customer, team
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
INBOX = reverse("loop:inbox")


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def row(care) -> Case:
    opened = case(who=customer("C-1"))
    Case.objects.filter(pk=opened.pk).update(team=care)
    opened.refresh_from_db()
    return opened


def tags_on(row: Case) -> list[str]:
    return list(row.tags.values_list("name", flat=True))


def save_tags(user, row: Case, tags: str, were: str = ""):
    return browser(user).post(
        reverse("loop:act", args=[row.code, "tags"]), {"tags": tags, "were": were, "version": row.version}
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Late,  Courier ", ["late", "courier"]),
        ("late,LATE,late", ["late"]),
        (" , ,", []),
        ("x" * 60, ["x" * 40]),
        ("zwei  Wörter", ["zwei wörter"]),
    ],
)
def test_tags_are_read_from_words_with_commas_between_them(text, names):
    assert tag_names(text) == names


def test_a_tag_that_nobody_used_yet_is_made_once_whatever_its_capitals(row, ana):
    Tag.objects.create(name="Courier")
    tag_case(row.pk, add=["courier"], actor=ana, now=NOON)
    assert Tag.objects.count() == 1


def test_the_history_says_which_tags_came_and_went(row, ana):
    tag_case(row.pk, add=["late", "courier"], actor=ana, now=NOON)
    tag_case(row.pk, drop=["late"], actor=ana, now=NOON)
    assert [line.changes["tags"] for line in row.history.filter(kind="changed")] == [
        ["", "courier, late"],
        ["courier, late", "courier"],
    ]


def test_tagging_twice_writes_nothing_the_second_time(row, ana):
    tag_case(row.pk, add=["late"], actor=ana, now=NOON)
    lines = row.history.count()
    assert tag_case(row.pk, add=["late"], actor=ana, now=NOON) == []
    assert row.history.count() == lines


def test_two_people_who_tag_at_once_lose_nothing(row, ana, care):
    ben = staff("agent", "ben", team=care)
    tag_case(row.pk, add=["late"], actor=ana, now=NOON)
    save_tags(ana, row, "late, courier", were="late")
    save_tags(ben, row, "late, vip", were="late")  # ben's page does not know of ana's tag yet
    assert tags_on(row) == ["courier", "late", "vip"]


def test_a_tag_that_somebody_else_took_off_does_not_come_back(row, ana):
    tag_case(row.pk, add=["late", "vip"], actor=ana, now=NOON)
    tag_case(row.pk, drop=["vip"], actor=ana, now=NOON)
    save_tags(ana, row, "late, vip, courier", were="late, vip")
    assert tags_on(row) == ["courier", "late"]


def test_tagging_makes_nobodys_edit_stale(row, ana):
    tag_case(row.pk, add=["late"], actor=ana, now=NOON)
    before = row.version
    row.refresh_from_db()
    assert row.version == before


def test_a_case_bears_a_dozen_tags_at_most(row, ana):
    with pytest.raises(NotAllowed):
        tag_case(row.pk, add=[f"tag {n}" for n in range(MOST_ON_A_CASE + 1)], actor=ana, now=NOON)
    assert tags_on(row) == []


def test_a_merged_case_gives_its_tags_to_the_one_that_stays(row, ana, care):
    other = case(who=customer("C-2"))
    tag_case(other.pk, add=["late"], actor=ana, now=NOON)
    tag_case(row.pk, add=["vip"], actor=ana, now=NOON)
    mark_duplicate(other.pk, of=row, actor=ana, now=NOON)
    assert tags_on(row) == ["late", "vip"]


def test_the_inbox_shows_tags_and_can_be_narrowed_to_one(row, ana, care):
    other = case(who=customer("C-2"))
    Case.objects.filter(pk=other.pk).update(team=care)
    tag_case(row.pk, add=["late"], actor=ana, now=NOON)
    shown = browser(ana).get(INBOX, {"view": "all", "tag": "late"})
    assert [each.case for each in shown.context["rows"]] == [row]
    assert "#late" in shown.content.decode()


def test_many_cases_get_a_tag_at_once_and_lose_it_again(row, ana, care):
    other = case(who=customer("C-2"))
    Case.objects.filter(pk=other.pk).update(team=care)
    tag_case(other.pk, add=["late"], actor=ana, now=NOON)
    desk = browser(ana)
    picked = [f"{each.pk}:{each.version}" for each in (row, other)]
    desk.post(reverse("loop:inbox_bulk"), {"act": "tag", "tag": "Late, strike", "case": picked})
    assert (tags_on(row), tags_on(other)) == (["late", "strike"], ["late", "strike"])
    desk.post(reverse("loop:inbox_undo"))
    assert (tags_on(row), tags_on(other)) == ([], ["late"])


def test_tagging_many_needs_a_tag(row, ana):
    browser(ana).post(reverse("loop:inbox_bulk"), {"act": "tag", "tag": " ", "case": [f"{row.pk}:{row.version}"]})
    assert not Tag.objects.exists()


def test_a_tag_is_renamed_in_the_admin_in_small_letters(row, ana, admin_client):
    tag_case(row.pk, add=["late"], actor=ana, now=NOON)
    tag = Tag.objects.get()
    admin_client.post(reverse("admin:loop_tag_change", args=[tag.pk]), {"name": "Very  LATE"})
    assert tags_on(row) == ["very late"]
