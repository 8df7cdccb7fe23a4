"""Searching the comments among a million answers: usual and rare words, phrases, and words left out.

    python -m benchmarks.search [--responses 1000000] [--rounds 20]

Asks the list of responses, as a reader does: middleware, template and the count above the list are in the time. The
database is made where DATABASE_URL points to (or as a SQLite file) and dropped afterwards.
"""

import argparse
import sys

from benchmarks.dashboard import WARM_UP, percentile, started
from benchmarks.results import Result, record, table

GATE_MS = GOAL_MS = 500
ASKED = {
    "a usual word": "minutes",
    "a rare word": "zip",
    "the beginning of a word": "frien",
    "two words": "box damaged",
    "a phrase": '"forty minutes"',
    "a phrase and a word left out": '"forty minutes" -phone',
    "a word of everyday talk": "bababa",
    "a word hardly anybody uses": "zanzanyo",
    "nothing": "hippopotamus",
    "only a word left out": "-staff",
}


def main() -> int:
    options = parse()
    results = []
    with started(options.responses) as side:
        side.wait()
        for name, words in ASKED.items():
            path = f"/responses/?period=last_365&text={words.replace(' ', '+')}"
            times = [1000 * side.ask(path) for _round in range(WARM_UP + options.rounds)][WARM_UP:]
            result = Result(
                name=f"search, {name}, p95",
                value=percentile(times, 95),
                unit="ms",
                low=min(times),
                high=max(times),
                n=len(times),
                gate=GATE_MS,
                goal=GOAL_MS,
                more_is_better=False,
            )
            results.append(record(result))
        print(f"\n{side.vendor}: comments of {options.responses:,} responses over a year")
    print(table(results))
    return 0 if all(result.meets_gate for result in results) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20, help="requests per search")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
