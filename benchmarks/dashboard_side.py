"""One installation with so many answers, in a process and a throw-away database of its own.

    python -m benchmarks.dashboard_side 10000

Fills it, says "ready" on a line with the database's name, then answers each line on stdin with the seconds it took:
a path is requested as a page; "export" and "bare" write CSV and answer with rows per second.
"""

import contextlib
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC

DAYS = 365
EXPORTED = 50_000


def main() -> None:
    responses = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="voc-bench-") as state:
        os.environ["STATE_DIR"] = state
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
        os.environ["LOG_LEVEL"] = "ERROR"
        import django

        django.setup()
        from django.db import connection

        with throw_away(connection, responses, state):
            fill(connection, responses)
            client = reader()
            import vocplatform.wsgi  # noqa: F401  what the web server loads and settles

            print("ready", connection.vendor, flush=True)
            for line in sys.stdin:
                print(answer(line.strip(), client), flush=True)


@contextlib.contextmanager
def throw_away(connection, responses: int, state: str) -> Iterator[None]:
    is_file = connection.vendor == "sqlite"
    name = os.path.join(state, "bench.sqlite3") if is_file else f"voc_bench_{os.getpid()}_{responses}"
    connection.settings_dict["TEST"]["NAME"] = name
    usual = connection.settings_dict["NAME"]
    with contextlib.redirect_stdout(sys.stderr):
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def fill(connection, responses: int) -> None:
    from django.utils import timezone

    from feedback.load import LoadProgramme

    programme = LoadProgramme(now=timezone.now(), seed=responses)
    start = time.perf_counter()
    for written in programme.fill(responses, days=DAYS):
        print(f"\r{written:,} of {responses:,} written", end="", file=sys.stderr, flush=True)
    rate = responses / (time.perf_counter() - start)
    start = time.perf_counter()
    for _on in programme.count(DAYS):
        pass
    took = time.perf_counter() - start
    print(f"\r{responses:,} responses: {rate:,.0f}/s written, a year of roll-ups in {took:.0f} s", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def reader():
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.create(username="reader", is_superuser=True))
    return client


def answer(asked: str, client) -> float:
    if asked == "export":
        return rate_of(export_rows())
    if asked == "bare":
        return rate_of(bare_rows())
    start = time.perf_counter()
    response = client.get(asked)
    took = time.perf_counter() - start
    if response.status_code != 200:
        raise SystemExit(f"{asked} answered {response.status_code}")
    return took


def exported_period():
    """So many of the last days as hold some ten thousand responses."""
    from django.utils import timezone

    from feedback.models import Response
    from vocplatform.lib.periods import last_days

    share = min(1, EXPORTED / Response.objects.count())
    return last_days(max(1, round(DAYS * share)), today=timezone.now().date())


def export_rows() -> Iterator[Iterable]:
    from feedback.analytics.export import response_rows
    from feedback.analytics.filters import Filters

    return response_rows(Filters(period=exported_period()))


def bare_rows() -> Iterator[Iterable]:
    """The same facts and the same answers by plain iterators: no join of the two, no guard, no labels."""
    from feedback.models import Answer, Response

    start = exported_period().starts_at(UTC)
    facts = (
        Response.objects.filter(submitted_at__gte=start)
        .order_by("-submitted_at")
        .values_list(
            "pk",
            "submitted_at",
            "started_at",
            "survey__slug",
            "version__number",
            "touchpoint__stage__journey__slug",
            "touchpoint__stage__slug",
            "touchpoint__slug",
            "channel",
            "locale",
            "customer__external_id",
            "flags",
            "seconds_taken",
        )
    )
    yield from facts.iterator(chunk_size=2000)
    answers = Answer.objects.filter(response__submitted_at__gte=start).order_by()
    told = answers.values_list("response_id", "question_key", "kind", "number", "text", "choices")
    for row in told.iterator(chunk_size=2000):
        yield ("answer", *row)


def rate_of(rows: Iterable[Iterable]) -> float:
    """Responses per second; the bare side's answers are work, but no responses."""
    start, n = time.perf_counter(), 0
    with open(os.devnull, "w", newline="") as nowhere:
        writer = csv.writer(nowhere)
        for row in rows:
            writer.writerow(row)
            n += row[0] != "answer"
    return n / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
