"""Two at once on one row. SQLite lets one writer in at a time; PostgreSQL shows whether our locks do their work."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from loop.models import Case, CaseEvent, Escalation, Notice, Triage
from loop.services import cases
from loop.services.defaults import ensure_loop_defaults
from loop.services.history import StaleEdit
from loop.services.intake import triage_response
from loop.services.recovery import offer_recovery
from loop.services.sla import escalate_case
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution, response, team, touchpoint
from surveys.models import Invitation

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: make test-services"),
    pytest.mark.services,
]


def at_once(*calls):
    """Run all at the same moment, each on its own connection; return results, an exception as itself."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_edits_of_the_same_version_one_wins_and_the_other_is_told():
    opened, people = case(), [person("ben"), person("eva")]
    results = at_once(
        *(
            lambda who=who: cases.assign_case(opened.pk, owner=who, version=opened.version, actor=who, now=NOON)
            for who in people
        )
    )
    stale = [result for result in results if isinstance(result, StaleEdit)]
    assert len(stale) == 1
    opened.refresh_from_db()
    assert opened.owner.username == stale[0].theirs["owner"][1]
    assert opened.history.filter(kind=CaseEvent.Kind.ASSIGNED).count() == 1


def test_two_edits_without_a_version_both_count_one_after_the_other():
    opened, ben, eva = case(), person("ben"), person("eva")
    at_once(
        lambda: cases.assign_case(opened.pk, owner=ben, actor=ben, now=NOON),
        lambda: cases.record_contact(opened.pk, channel="phone", reached=True, actor=eva, now=NOON),
    )
    opened.refresh_from_db()
    assert opened.version == opened.history.latest("pk").version >= 3
    assert opened.status == Case.Status.CONTACTED


def test_one_response_triaged_by_four_workers_makes_one_case():
    ensure_loop_defaults(now=NOON)
    answer = response()
    results = at_once(*[lambda: triage_response(answer.pk, now=NOON)] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert (Case.objects.count(), Triage.objects.count()) == (1, 1)


def test_two_answers_of_one_customer_at_once_make_one_case():
    ensure_loop_defaults(now=NOON)
    ana, where = customer(), touchpoint()
    answers = [response(who=ana, where=where), response(who=ana, where=where)]
    at_once(*(lambda pk=answer.pk: triage_response(pk, now=NOON) for answer in answers))
    assert (Case.objects.count(), Triage.objects.filter(case__isnull=False).count()) == (1, 2)


def test_cases_opened_at_once_are_shared_evenly():
    ensure_loop_defaults(now=NOON)
    care = team()
    for name in ("ana", "ben"):
        person(name, care)
    where = touchpoint("claim", owner_team=care)
    answers = [response(who=customer(f"C-{n}"), where=where) for n in range(6)]
    at_once(*(lambda pk=answer.pk: triage_response(pk, now=NOON) for answer in answers))
    owners = list(Case.objects.values_list("owner__username", flat=True))
    assert (owners.count("ana"), owners.count("ben")) == (3, 3)


def test_two_sweeps_at_once_escalate_once():
    opened = case(where=touchpoint("claim", owner_team=team(lead=person("leo"))))
    at_once(*[lambda: escalate_case(opened.pk, now=NOON + 5 * HOUR)] * 3)
    assert (Escalation.objects.count(), Notice.objects.filter(kind="escalated").count()) == (1, 1)


def test_two_workers_ask_the_customer_once():
    ben = person("ben")
    opened = case(owner=ben)
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    cases.resolve_case(opened.pk, **resolution(), actor=ben, now=NOON)
    at_once(*[lambda: offer_recovery(opened.pk, now=NOON + DAY)] * 3)
    assert Invitation.objects.count() == 1


def test_two_merges_in_opposite_directions_do_not_wait_for_each_other():
    ben = person("ben")
    one, two = case(owner=ben), case(who=customer("C-2"), owner=ben)
    results = at_once(
        lambda: cases.mark_duplicate(one.pk, of=two, actor=ben, now=NOON),
        lambda: cases.mark_duplicate(two.pk, of=one, actor=ben, now=NOON),
    )
    assert sum(isinstance(result, Case) for result in results) == 1
    assert Case.objects.filter(status=Case.Status.DUPLICATE).count() == 1
