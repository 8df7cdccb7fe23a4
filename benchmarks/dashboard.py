"""Reading a million answers: dashboard, journey map, lists and export, beside the same at ten thousand.

    python -m benchmarks.dashboard [--small 10000] [--large 1000000] [--rounds 30]

Two installations stand side by side, each in its own process and database, and are asked in turn, so that a busy
machine slows both. Pages go through Django's own client: middleware, templates and queries are in the time, the
network is not. The databases are made where DATABASE_URL points to (or as SQLite files) and dropped afterwards.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.results import Result, record, table

ROOT = Path(__file__).resolve().parent.parent
WARM_UP = 3
EXPORTS = 3
LIST, SEARCH, READING = (300, 300), (500, 500), (150, 60)


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    gate_ms: float
    goal_ms: float
    is_flat: bool = False


PAGES = (
    Page("dashboard, 90 days", "/dashboard/", *READING, is_flat=True),
    Page("dashboard, a year", "/dashboard/?period=last_365", *LIST),
    Page("journey map", "/journeys/load/", *READING, is_flat=True),
    Page("response list", "/responses/?period=last_365", *LIST),
    Page("list of detractors", "/responses/?period=last_365&metric=nps&band=detractors", *LIST),
    Page("list of one touchpoint", "/responses/?period=last_365&touchpoint=load-7&metric=ces&band=hard", *LIST),
    Page("search, a usual word", "/responses/?period=last_365&text=forty+minutes", *SEARCH),
    Page("search, a rare word", "/responses/?period=last_365&text=zip", *SEARCH),
)


@dataclass
class Side:
    """One installation and the seconds that each of its pages took."""

    process: subprocess.Popen
    seconds: dict[str, list[float]] = field(default_factory=dict)
    vendor: str = ""

    def wait(self) -> None:
        word = self._read()
        if not word.startswith("ready"):
            raise SystemExit(f"An installation did not get ready: {word!r}")
        self.vendor = word.split()[1]

    def ask(self, what: str) -> float:
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return float(self._read())

    def _read(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("An installation ended before it was asked everything.")
        return line.strip()


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        small, large = (stack.enter_context(started(n)) for n in (options.small, options.large))
        small.wait()
        large.wait()
        for page in PAGES:
            for turn in range(WARM_UP + options.rounds):
                for side in (small, large):
                    took = side.ask(page.path)
                    if turn >= WARM_UP:
                        side.seconds.setdefault(page.name, []).append(took)
        results = [record(result) for result in (*pages(small, large), exported(large))]
        print(f"\n{large.vendor}: {options.large:,} responses over a year, beside {options.small:,}")
    print(table(results))
    return 0 if all(result.meets_gate for result in results) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30, help="requests per page and size")
    return parser.parse_args()


@contextlib.contextmanager
def started(responses: int) -> Iterator[Side]:
    command = [sys.executable, "-m", "benchmarks.dashboard_side", str(responses)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Side(process)
    finally:
        process.stdin.close()  # the end of its questions: it drops its database
        process.wait(timeout=120)


def pages(small: Side, large: Side) -> Iterator[Result]:
    for page in PAGES:
        times = [1000 * took for took in large.seconds[page.name]]
        yield Result(
            name=f"{page.name}, p95",
            value=percentile(times, 95),
            unit="ms",
            low=min(times),
            high=max(times),
            n=len(times),
            gate=page.gate_ms,
            goal=page.goal_ms,
            more_is_better=False,
        )
        if page.is_flat:
            yield flatness(page, small.seconds[page.name], large.seconds[page.name])


def flatness(page: Page, small: list[float], large: list[float]) -> Result:
    shares = sorted(mine / theirs for mine, theirs in zip(large, small, strict=True))
    return Result(
        name=f"{page.name}, large ÷ small",
        value=statistics.median(large) / statistics.median(small),
        unit="x",
        low=shares[0],
        high=shares[-1],
        n=len(shares),
        gate=1.5,
        goal=1.15,
        more_is_better=False,
    )


def percentile(values: list[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(round(share / 100 * len(ordered)), len(ordered) - 1)]


def exported(large: Side) -> Result:
    rounds = [100 * large.ask("export") / large.ask("bare") for _round in range(EXPORTS)]
    return Result(
        name="CSV export ÷ iterator + csv",
        value=statistics.median(rounds),
        unit="%",
        low=min(rounds),
        high=max(rounds),
        n=EXPORTS,
        gate=50,
        goal=90,
    )


if __name__ == "__main__":
    sys.exit(main())
