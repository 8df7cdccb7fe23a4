"""A backlog of comments, read by a real Celery worker, beside the same engine, and beside VADER, called in a loop.

    python -m benchmarks.scoring [--comments 4000]

One worker process against one loop, in turn, on the same texts. The worker also claims the rows, stores readings with
their spans, and marks figures to be counted anew; the loops store nothing. Gates: 70 % of the engine's bare rate, 28 %
of VADER's (the engine may cost 2.5 times as much), and at most 50 tasks per 1,000 responses.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time

from benchmarks.results import Result, record

ROUNDS = 3
BATCH = 500
PATIENCE_SECONDS = 180
COMMENTS = (
    "The parcel came two days late and nobody told us why, which is a pity because the product itself is great.",
    "Very friendly staff at the counter, they solved my problem within minutes. Thank you!",
    "I waited for more than an hour on the phone and then the line was cut. Terrible service, never again.",
    "Ordering was easy, but the invoice did not match what we had agreed on and I had to call three times.",
    "Good value for money. Delivery was on time and the driver was polite.",
    "The app keeps crashing when I try to pay, and support only sends the same useless answer again and again.",
)


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        watch = set_up(stack)
        from benchmarks.scenery import BenchmarkSurvey

        survey = BenchmarkSurvey().__enter__()  # never taken away: the worker still decides about some of its answers
        texts = [f"{COMMENTS[number % len(COMMENTS)]} ({number})" for number in range(options.comments)]
        by_worker(watch, survey.version, texts[:200])  # warm
        by_engine(texts[:200])
        rounds = [(by_worker(watch, survey.version, texts), by_engine(texts), by_loop(texts)) for _ in range(ROUNDS)]
        tasks = tasks_per_thousand(watch, len(texts) * ROUNDS + 200)
    return report(rounds, tasks, options.comments * ROUNDS)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=4000, help="per round")
    return parser.parse_args()


def set_up(stack: contextlib.ExitStack):
    """Start one worker with one process on a database of our own; beat stays out of it."""
    from vocplatform.tests import throwaway

    os.environ["STATE_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="voc-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
    if os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = stack.enter_context(throwaway.database("bench"))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from vocplatform.lib.env import embedded_socket
    from vocplatform.supervisor import broker, parts
    from vocplatform.supervisor.watch import Watch

    call_command("migrate", verbosity=0)
    stack.callback(connections.close_all)
    lines: list[str] = []
    watch = stack.enter_context(Watch(lambda name, line: lines.append(line)))
    watch.lines = lines
    if not settings.REDIS_URL:
        watch.start(broker.embedded_broker(settings.STATE_DIR))
        watch.wait_for(lambda: broker.answers(embedded_socket(settings.STATE_DIR)), seconds=30)
    watch.start(parts.worker(processes=1, env={"LOG_FORMAT": "json"}))
    if not watch.wait_for(lambda: any("ready." in line for line in lines), seconds=60):
        raise SystemExit("The worker did not start:\n" + "\n".join(lines[-40:]))
    return watch


def by_worker(watch, version, texts: list[str]) -> float:
    """Return comments per second, from the sweep's nudge to the last reading."""
    from feedback.models import Response
    from vocplatform.celery import app

    write(version, texts)
    started = time.perf_counter()
    app.send_task("feedback.tasks.sweep_unscored")
    waiting = Response.objects.filter(scored_at__isnull=True)
    if not watch.wait_for(lambda: not waiting.exists(), seconds=PATIENCE_SECONDS, ask_every=0.01):
        raise SystemExit(f"{waiting.count()} responses are not scored after {PATIENCE_SECONDS} s")
    return len(texts) / (time.perf_counter() - started)


def write(version, texts: list[str]) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from feedback.models import Answer, Response

    at = timezone.now() - timedelta(minutes=5)
    rows = [
        Response(survey_id=version.survey_id, version=version, started_at=at, submitted_at=at, locale="en")
        for _ in texts
    ]
    Response.objects.bulk_create(rows, batch_size=1000)
    answers = [
        Answer(response=row, question_key="why", kind="text", text=text) for row, text in zip(rows, texts, strict=True)
    ]
    Answer.objects.bulk_create(answers, batch_size=1000)


def by_engine(texts: list[str]) -> float:
    from django.conf import settings

    from benchmarks.scenery import WHY
    from feedback.sentiment.engine import Context
    from feedback.sentiment.registry import get_engine

    known = Context(question=WHY.text, locale="en")  # what the worker knows too
    engine, comments = get_engine(settings.SENTIMENT_ENGINE), [(text, known) for text in texts]
    started = time.perf_counter()
    for start in range(0, len(comments), BATCH):
        engine.read_many(comments[start : start + BATCH])
    return len(texts) / (time.perf_counter() - started)


def by_loop(texts: list[str]) -> float:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    started = time.perf_counter()
    for text in texts:
        analyzer.polarity_scores(text)
    return len(texts) / (time.perf_counter() - started)


def tasks_per_thousand(watch, responses: int) -> float:
    """Count what the worker finished, from its own statistics."""
    from vocplatform.celery import app

    watch.pump(0.1)
    (stats,) = app.control.inspect(timeout=5).stats().values()
    return 1000 * sum(stats["total"].values()) / responses


def report(rounds: list[tuple[float, float, float]], tasks: float, n: int) -> int:
    worker, engine, vader = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    print(
        f"worker {worker:.0f} comments/s, bare engine {engine:.0f}, bare VADER {vader:.0f}; {tasks:.0f} tasks per 1,000"
    )
    found = [
        compared("the bare engine", [100 * each[0] / each[1] for each in rounds], n, gate=70, goal=85),
        compared("bare VADER", [100 * each[0] / each[2] for each in rounds], n, gate=28, goal=34),
        record(
            Result(
                name="tasks per 1,000 scored responses",
                value=tasks,
                unit="",
                low=tasks,
                high=tasks,
                n=n,
                gate=50,
                goal=10,
                more_is_better=False,
            )
        ),
    ]
    return 0 if all(result.meets_gate for result in found) else 1


def compared(with_what: str, ratios: list[float], n: int, *, gate: float, goal: float) -> Result:
    name, value = f"scoring a backlog against {with_what}", statistics.median(ratios)
    return record(
        Result(name=name, value=value, unit="%", low=min(ratios), high=max(ratios), n=n, gate=gate, goal=goal)
    )


if __name__ == "__main__":
    sys.exit(main())
