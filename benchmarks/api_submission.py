"""Answers sent by another program, beside the least that a Django view can do: one JSON body, one INSERT.

    python -m benchmarks.api_submission [--rounds 3] [--submissions 600]

Both sides get the same gunicorn, database and eight senders, in turn. Ours knows the key, checks the answers against
the survey, takes out what names a person, keeps response and answers, and nudges the workers. Gate: 35 %; goal: 50 %.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from itertools import repeat

from benchmarks.browsers import Sender
from benchmarks.results import Result, record
from benchmarks.survey_page import CLIENTS, WARM_UP, WORDS, Side, prepare, start_both

GATE, GOAL = 35, 50


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        prepare(stack)
        from benchmarks.scenery import SLUG, BenchmarkSurvey

        stack.enter_context(BenchmarkSurvey().published())
        Sender.key = stack.enter_context(a_key())
        page, bare = start_both(stack, options.port, {"EVENTS_PER_MINUTE": "0"})
        answers = {"nps": 3, "why": WORDS}
        ours = Side("API", options.port, page, {"survey": SLUG, "answers": answers}, browser=Sender)
        theirs = Side("one INSERT", options.port + 1, bare, {"answers": answers}, browser=Sender)
        numbers = iter(range(1_000_000))
        for side, paths in ((ours, fresh(numbers, WARM_UP)), (theirs, repeat("/insert/", WARM_UP))):
            Side("", side.port, side.process, side.answers, browser=Sender).measure(paths)
        for _ in range(options.rounds):
            ours.measure(fresh(numbers, options.submissions))
            theirs.measure(repeat("/insert/", options.submissions))
    return report(ours, theirs)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=600, help="per side and round")
    parser.add_argument("--port", type=int, default=8128, help="this one and the next are used")
    return parser.parse_args()


def fresh(numbers: Iterator[int], count: int) -> Iterator[str]:
    return (f"/api/v1/responses#{next(numbers)}" for _ in range(count))


@contextlib.contextmanager
def a_key() -> Iterator[str]:
    from surveys.models import Source
    from surveys.services.api_keys import create_api_key

    source = Source.objects.create(slug="benchmark", name="Benchmark")
    try:
        yield create_api_key(source, name="benchmark", scopes=["responses:write"], expires_at=None)[1]
    finally:
        source.delete()


def report(ours: Side, bare: Side) -> int:
    by_round = sorted(100 * mine / theirs for mine, theirs in zip(ours.rates, bare.rates, strict=True))
    print(f"\n{'':<30}{'per s':>8}{'spread':>15}{'CPU ms':>9}{'p95 ms':>9}{'n':>8}{'failed':>8}   {CLIENTS} senders")
    for side in (ours, bare):
        print(side.row())
    result = record(
        Result(
            name="answers by API against one INSERT",
            value=100 * ours.rate / bare.rate,
            unit="%",
            low=by_round[0],
            high=by_round[-1],
            n=ours.n,
            gate=GATE,
            goal=GOAL,
        )
    )
    problems = ours.failures + bare.failures
    print(f"ratio {result.value:.0f} %; failed requests: {len(problems)} {sorted(set(problems))}")
    return 0 if result.meets_gate and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
