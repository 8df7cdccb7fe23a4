"""Reading a million answers: dashboard, journey map, lists and export, beside the same at ten thousand.

    python -m benchmarks.dashboard [--small 10000] [--large 1000000] [--rounds 30]

Pages are requested through Django's own client in this process: middleware, templates and queries are in the time,
the network is not. A throw-away database is made where DATABASE_URL points to, filled twice, and dropped.
"""

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.results import Result, record, table

DAYS = 365
PAGES = {
    "dashboard, 90 days": "/dashboard/",
    "dashboard, a year": "/dashboard/?period=last_365",
    "journey map": "/journeys/load/",
    "response list": "/responses/?period=last_365",
    "response list, detractors": "/responses/?period=last_365&metric=nps&band=detractors",
    "response list, one touchpoint": "/responses/?period=last_365&touchpoint=load-7&metric=ces&band=hard",
    "comment search": "/responses/?period=last_365&text=forty+minutes",
}
GATES_MS = {"dashboard, 90 days": (150, 60), "journey map": (150, 60)}
LIST_MS, SEARCH_MS = (300, 300), (500, 500)


@dataclass(frozen=True)
class Timing:
    times: tuple[float, ...]

    @property
    def p95_ms(self) -> float:
        return 1000 * sorted(self.times)[int(0.95 * (len(self.times) - 1) + 0.5)]

    @property
    def median_ms(self) -> float:
        return 1000 * statistics.median(self.times)


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="voc-bench-") as state:
        os.environ["STATE_DIR"] = state
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment()
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            small = measure(options.small, options.rounds)
            large = measure(options.large, options.rounds)
            results = [*pages(small, large, options), *exports(options.large)]
            print(f"\n{connection.vendor}: {options.small:,} and {options.large:,} responses over {DAYS} days")
            print(table([record(result) for result in results]))
            return 0 if all(result.meets_gate for result in results) else 1
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30, help="requests per page and size")
    return parser.parse_args()


def measure(responses: int, rounds: int) -> dict[str, Timing]:
    """Fill up to so many responses and time every page."""
    from django.test import Client

    fill(responses)
    client = Client()
    client.force_login(somebody())
    return {name: timed(client, path, rounds) for name, path in PAGES.items()}


def fill(responses: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from feedback.load import LoadProgramme
    from feedback.models import Response

    there = Response.objects.count()
    programme = LoadProgramme(now=timezone.now(), seed=responses)
    start = time.perf_counter()
    for _written in programme.fill(responses - there, days=DAYS):
        pass
    written = time.perf_counter()
    for _on in programme.count(DAYS):
        pass
    counted = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    rate = (responses - there) / (written - start)
    print(f"{responses:,} responses: {rate:,.0f}/s written, roll-ups in {counted - written:.1f} s", flush=True)


def somebody():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get_or_create(username="reader", defaults={"is_superuser": True})[0]


def timed(client, path: str, rounds: int) -> Timing:
    return Timing(tuple(seconds(lambda: ask(client, path)) for _round in range(rounds + 2))[2:])


def ask(client, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def pages(small: dict[str, Timing], large: dict[str, Timing], options) -> Iterator[Result]:
    for name, timing in large.items():
        gate, goal = GATES_MS.get(name, SEARCH_MS if "search" in name else LIST_MS)
        yield spread(f"{name}, p95", timing.p95_ms, "ms", timing.times, gate, goal)
    for name in GATES_MS:
        ratio = large[name].median_ms / small[name].median_ms
        yield Result(
            name=f"{name}, large ÷ small",
            value=ratio,
            unit="x",
            low=ratio,
            high=ratio,
            n=options.rounds,
            gate=1.5,
            goal=1.15,
            more_is_better=False,
        )


def spread(name: str, value: float, unit: str, times: tuple[float, ...], gate: float, goal: float) -> Result:
    return Result(
        name=name,
        value=value,
        unit=unit,
        low=1000 * min(times),
        high=1000 * max(times),
        n=len(times),
        gate=gate,
        goal=goal,
        more_is_better=False,
    )


def exports(responses: int) -> Iterator[Result]:
    """The export's rows per second beside a bare iterator and the csv module over as many answers."""
    most = min(responses, 100_000)
    rounds = [(export_rate(most), bare_rate(most)) for _round in range(3)]
    shares = [100 * ours / bare for ours, bare in rounds]
    yield Result(
        name="CSV export ÷ iterator + csv",
        value=statistics.median(shares),
        unit="%",
        low=min(shares),
        high=max(shares),
        n=most,
        gate=50,
        goal=90,
    )


def export_rate(most: int) -> float:
    from itertools import islice

    from django.utils import timezone

    from feedback.analytics.export import response_rows
    from feedback.analytics.filters import Filters
    from vocplatform.lib.periods import last_days

    filters = Filters(period=last_days(DAYS, today=timezone.now().date()))
    return rate_of(islice(response_rows(filters), most))


def bare_rate(most: int) -> float:
    """The same joined facts and answers as a plain Django programmer would write them out."""
    from feedback.models import Answer

    rows = Answer.objects.filter(kind__in=["nps", "csat", "ces"]).values_list(
        "response_id",
        "response__submitted_at",
        "response__started_at",
        "response__survey__slug",
        "response__version__number",
        "response__touchpoint__stage__journey__slug",
        "response__touchpoint__stage__slug",
        "response__touchpoint__slug",
        "response__channel",
        "response__locale",
        "response__customer__external_id",
        "response__seconds_taken",
        "number",
    )
    return rate_of(rows[:most].iterator(chunk_size=2000))


def rate_of(rows: Iterator) -> float:
    start, n = time.perf_counter(), 0
    with open(os.devnull, "w", newline="") as nowhere:
        writer = csv.writer(nowhere)
        for row in rows:
            writer.writerow(row)
            n += 1
    return n / (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
