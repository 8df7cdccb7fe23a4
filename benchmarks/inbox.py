"""The inbox at a hundred thousand cases: its views, filters, orders and counters, and how many queries a page takes.

    python -m benchmarks.inbox [--cases 100000] [--open 10] [--rounds 30]

A manager sees them all, 50 on a page. Pages go through Django's own client: middleware, template and queries are in
the time, the network is not. The database is made where DATABASE_URL points to (or as a SQLite file) and dropped
afterwards.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

from benchmarks.dashboard import WARM_UP, percentile
from benchmarks.dashboard_side import throw_away
from benchmarks.results import Result, record, table

GATE_MS, GOAL_MS = 200, 100
MOST_QUERIES = 32  # for 50 rows as for one: nothing is looked up row by row
BATCH = 5000
OPEN, ENDED = ["new", "assigned", "contacted", "in_progress", "reopened"], ["declined", "unreachable"]
WORDS = "the parcel came two days late and nobody answered the phone when I called about it".split()
ASKED = {
    "all open": "/inbox/?view=all",
    "all open, a later page": "/inbox/?view=all&page=40",
    "mine": "/inbox/?view=mine",
    "unassigned": "/inbox/?view=unassigned",
    "breaching in 2 h": "/inbox/?view=breaching",
    "a team and a severity": "/inbox/?view=all&severity=high&team={team}",
    "a tag": "/inbox/?view=all&tag=strike",
    "a customer number": "/inbox/?view=all&q=LOAD-77",
    "ended cases": "/inbox/?view=all&status=declined",
    "what an hour brings most": "/inbox/?view=all&order=worth",
    "the counters": "/inbox/counts/?view=all&newest=1",
}


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="voc-bench-") as state:
        os.environ["STATE_DIR"] = state
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
        os.environ["LOG_LEVEL"] = "ERROR"
        import django

        django.setup()
        from django.db import connection

        with throw_away(connection, options.cases, state):
            client, team = fill(options.cases, options.open)
            import vocplatform.wsgi  # noqa: F401  what the web server loads and settles

            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            results = [record(result) for result in measured(client, team, options.rounds)]
            print(f"\n{connection.vendor}: {options.cases:,} cases, {options.open} % of them open")
    print(table(results))
    return 0 if all(result.meets_gate for result in results) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=10, help="per cent that are open")
    parser.add_argument("--rounds", type=int, default=30, help="requests per page")
    return parser.parse_args()


def measured(client, team: int, rounds: int) -> Iterator[Result]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name, path in ASKED.items():
        times = [1000 * asked(client, path.format(team=team)) for _round in range(WARM_UP + rounds)][WARM_UP:]
        yield Result(
            name=f"inbox, {name}, p95",
            value=percentile(times, 95),
            unit="ms",
            low=min(times),
            high=max(times),
            n=len(times),
            gate=GATE_MS,
            goal=GOAL_MS,
            more_is_better=False,
        )
    with CaptureQueriesContext(connection) as counted:
        asked(client, ASKED["all open"])
    yield Result(
        name="inbox, queries for 50 rows",
        value=len(counted),
        unit="queries",
        low=len(counted),
        high=len(counted),
        n=1,
        gate=MOST_QUERIES,
        goal=MOST_QUERIES,
        more_is_better=False,
    )


def asked(client, path: str) -> float:
    started = time.perf_counter()
    response = client.get(path)
    took = time.perf_counter() - started
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}.")
    return took


def fill(count: int, open_percent: int) -> tuple:
    """A manager's session and the key of a team. Open cases have a score and what the customer wrote."""
    from django.core.management import call_command
    from django.utils import timezone

    from loop.models import Case, Tag
    from loop.services.defaults import ensure_loop_defaults
    from loop.tests.staff import browser, staff
    from surveys.models import Customer, Team
    from vocplatform.lib.bulk import copy_rows
    from vocplatform.lib.models import public_code

    chance, now = random.Random(count), timezone.now()
    call_command("sync_roles", verbosity=0, stdout=sys.stderr)
    ensure_loop_defaults(now=now)
    teams = [Team.objects.create(name=f"Team {n}", slug=f"team-{n}") for n in range(5)]
    people = [staff("agent", f"agent-{n}", team=teams[n % 5]) for n in range(20)]
    manager = staff("manager", "bench-manager", team=teams[0])
    customers = Customer.objects.bulk_create(
        (Customer(external_id=f"LOAD-{n}", name=f"Customer {n}", annual_value=n % 5000) for n in range(count // 5)),
        batch_size=BATCH,
    )
    fresh = count * open_percent // 100
    responses = [None] * (count - fresh) + _responses(fresh, customers, chance, now)
    owners = [None, manager.pk, *(person.pk for person in people)]
    names = ("code", "response", "customer", "touchpoint", "status", "severity", "team", "owner", "opened_at")
    copy_rows(
        Case,
        (*names, "next_due_at", "updated_at", "snoozed_until"),
        (
            (
                public_code(),
                response and response.pk,
                response.customer_id if response else chance.choice(customers).pk,
                response and response.touchpoint_id,
                chance.choice(OPEN if response else ENDED),
                chance.choice(["low", "normal", "normal", "high", "critical"]),
                chance.choice(teams).pk,
                chance.choice(owners),
                now - timedelta(minutes=5 * (count - at)),
                now + timedelta(minutes=chance.randint(-20_000, 20_000)),
                now,
                now - timedelta(hours=1) if response and chance.random() < 0.01 else None,
            )
            for at, response in enumerate(responses)
        ),
    )
    strike = Tag.objects.create(name="strike")
    every_50th = Case.objects.order_by("pk").values_list("pk", flat=True)[::50]
    copy_rows(Case.tags.through, ("case", "tag"), ((pk, strike.pk) for pk in every_50th))
    client = browser(manager)
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    return client, teams[0].pk


def _responses(count: int, customers: list, chance: random.Random, now) -> list:
    from feedback.models import Answer, Reading, Response
    from loop.tests.rows import survey, touchpoint

    asked_by, place = survey(), touchpoint()
    responses = Response.objects.bulk_create(
        (
            Response(
                survey=asked_by,
                version=asked_by.live_version,
                customer=customers[n % len(customers)],
                touchpoint=place,
                started_at=now - timedelta(minutes=5 * (count - n)),
                submitted_at=now - timedelta(minutes=5 * (count - n)),
                scored_at=now,
                triaged_at=now,
            )
            for n in range(count)
        ),
        batch_size=BATCH,
    )
    Answer.objects.bulk_create(
        (Answer(response=each, question_key="nps", kind="nps", number=chance.randint(0, 6)) for each in responses),
        batch_size=BATCH,
    )
    comments = Answer.objects.bulk_create(
        (
            Answer(response=each, question_key="why", kind="text", text=" ".join(chance.choices(WORDS, k=25)))
            for each in responses
        ),
        batch_size=BATCH,
    )
    Reading.objects.bulk_create(
        (
            Reading(answer=each, engine="bench", engine_version="1", status="scored", compound=-0.5, label="negative")
            for each in comments
        ),
        batch_size=BATCH,
    )
    return responses


if __name__ == "__main__":
    sys.exit(main())
