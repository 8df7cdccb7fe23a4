"""How long after an angry customer pressed "send" does a case stand in the inbox?

    python -m benchmarks.case_latency [--seconds 20] [--burst 600]

The real page, broker and worker. First ten answers a second, then a burst from eight customers at once. A case counts
as open from the moment another database connection can see it. Gates: p95 250 ms at 10/s, 2 s in the burst.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.browsers import HIDDEN, Browser
from benchmarks.results import Result, record

RATE_PER_SECOND = 10
ROUNDS = 3
CLIENTS = 8
READING_SECONDS = 1.5  # whoever sends faster is taken for a program, and opens no case
LOOK_EVERY_SECONDS = 0.01  # looking more often would keep the database from the work that is timed
PATIENCE_SECONDS = 60
ANSWERS = {"q_nps": "0", "q_why": "Terrible. I waited for hours and nobody helped.", "go": "next"}


@dataclass
class Round:
    """Seconds by invitation: when the form went off, when the answer was there, when the case could be seen."""

    sent: dict[int, float] = field(default_factory=dict)
    taken: dict[int, float] = field(default_factory=dict)
    open: dict[int, float] = field(default_factory=dict)

    def case_ms(self) -> list[float]:
        return sorted(1000 * (self.open[key] - at) for key, at in self.sent.items())

    def post_ms(self) -> list[float]:
        return sorted(1000 * (self.taken[key] - at) for key, at in self.sent.items())


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        port = set_up(stack)
        from benchmarks.scenery import BenchmarkSurvey

        survey = stack.enter_context(BenchmarkSurvey())
        post_steadily(port, survey, 2 * RATE_PER_SECOND)  # warm
        per_round = RATE_PER_SECOND * options.seconds // ROUNDS
        steady = [post_steadily(port, survey, per_round) for _ in range(ROUNDS)]
        burst = post_at_once(port, survey, options.burst)
    return report(steady, burst)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30, help="how long ten answers a second come in")
    parser.add_argument("--burst", type=int, default=600, help="how many answers come at once")
    return parser.parse_args()


def set_up(stack: contextlib.ExitStack) -> int:
    """Start web, worker and beat on a database of our own and return the port."""
    from vocplatform.tests import throwaway

    os.environ["STATE_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="voc-bench-"))
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
    if os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = stack.enter_context(throwaway.database("bench"))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from loop.services.defaults import ensure_loop_defaults
    from vocplatform.lib.env import embedded_socket
    from vocplatform.supervisor import broker, parts, probe
    from vocplatform.supervisor.watch import Watch

    call_command("migrate", verbosity=0)
    ensure_loop_defaults(now=timezone.now())
    stack.callback(connections.close_all)
    lines: list[str] = []
    watch = stack.enter_context(Watch(lambda name, line: lines.append(f"{name}: {line}")))
    port = throwaway.free_port()
    if not settings.REDIS_URL:
        watch.start(broker.embedded_broker(settings.STATE_DIR))
        watch.wait_for(lambda: broker.answers(embedded_socket(settings.STATE_DIR)), seconds=30)
    for queues in ("flags", "default,bulk"):  # as docker-compose.yml has them
        watch.start(parts.worker(queues=queues, processes=2, env={}))
    watch.start(parts.beat(env={}))
    watch.start(parts.web(host="127.0.0.1", port=port, processes=2, threads=4, env={}))
    if not watch.wait_for(lambda: not probe.complaints("127.0.0.1", port), seconds=90, ask_every=0.5):
        raise SystemExit("The platform did not start:\n" + "\n".join(lines[-40:]))
    return port


def post_steadily(port: int, survey, count: int) -> Round:
    """Ten answers a second on the clock, however long each takes."""
    forms, browser, result = open_pages(port, survey, count), Browser(port), Round()
    with seeing_cases(result, forms):
        started = time.perf_counter()
        for place, (invitation, path, form) in enumerate(forms):
            time.sleep(max(0.0, started + place / RATE_PER_SECOND - time.perf_counter()))
            send(browser, result, invitation, path, form)
    return result


def post_at_once(port: int, survey, count: int) -> Round:
    forms, result = open_pages(port, survey, count), Round()
    with seeing_cases(result, forms), ThreadPoolExecutor(CLIENTS) as customers:
        for share in range(CLIENTS):
            customers.submit(send_all, port, result, forms[share::CLIENTS])
    return result


def send_all(port: int, result: Round, forms: list[tuple[int, str, dict]]) -> None:
    browser = Browser(port)
    for invitation, path, form in forms:
        send(browser, result, invitation, path, form)


def open_pages(port: int, survey, count: int) -> list[tuple[int, str, dict[str, str]]]:
    from surveys.models import Invitation

    browser, forms = Browser(port), []
    paths = list(survey.paths(count))
    newest = Invitation.objects.order_by("-pk").values_list("pk", flat=True)[:count]
    for invitation, path in zip(sorted(newest), paths, strict=True):
        _, _, body = browser.request(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        forms.append((invitation, path, {name.decode(): value.decode() for name, value in HIDDEN.findall(body)}))
    time.sleep(READING_SECONDS)
    return forms


def send(browser: Browser, result: Round, invitation: int, path: str, form: dict[str, str]) -> None:
    body = urlencode(form | ANSWERS).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    result.sent[invitation] = time.perf_counter()
    status, _, _ = browser.request(head.encode() + body)
    result.taken[invitation] = time.perf_counter()
    if status != 303:
        raise SystemExit(f"POST {path} answered {status}")


@contextlib.contextmanager
def seeing_cases(result: Round, forms: list[tuple[int, str, dict]]) -> Iterator[None]:
    """Look for new cases from a connection of our own, and wait at the end until every one is there."""
    watcher = threading.Thread(target=watch_cases, args=[result, {invitation for invitation, *_ in forms}])
    watcher.start()
    yield
    watcher.join()


def watch_cases(result: Round, wanted: set[int]) -> None:
    from django.db import connection

    from loop.models import Case

    deadline = time.perf_counter() + PATIENCE_SECONDS + len(wanted) / RATE_PER_SECOND
    try:
        looked_at, numbers = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0, set()
        while wanted - result.open.keys() and time.perf_counter() < deadline:
            rows = list(Case.objects.filter(pk__gt=looked_at).values_list("pk", "response__invitation"))
            seen = time.perf_counter()
            for pk, invitation in rows:
                result.open.setdefault(invitation, seen)
                numbers.add(pk)
            while looked_at + 1 in numbers:  # a smaller number may commit later, and a batch of them much later
                looked_at += 1
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        connection.close()


def report(steady: list[Round], burst: Round) -> int:
    lost = sum(len(each.sent.keys() - each.open.keys()) for each in [*steady, burst])
    if lost:
        print(f"{lost} answers have no case after {PATIENCE_SECONDS} s")
        return 1
    both = [(percentile(each.case_ms(), 95), percentile(each.post_ms(), 95)) for each in steady]
    cases = sorted(time for each in steady for time in each.case_ms())
    posts = sorted(time for each in steady for time in each.post_ms())
    own_p95 = percentile(posts, 95)
    print(f"at {RATE_PER_SECOND}/s the POST itself took p50 {percentile(posts, 50):.0f} ms, p95 {own_p95:.0f} ms")
    print(f"POST to open case p50 {percentile(cases, 50):.0f} ms, p95 {percentile(cases, 95):.0f} ms, n {len(cases)}")
    found = [
        record(
            Result(
                name=f"POST to open case, p95 at {RATE_PER_SECOND}/s",
                value=percentile(cases, 95),
                unit="ms",
                low=min(case for case, _ in both),
                high=max(case for case, _ in both),
                n=len(cases),
                gate=250,
                goal=round(1.5 * own_p95),
                more_is_better=False,
            )
        ),
        record(
            Result(
                name=f"POST to open case, p95 in a burst of {len(burst.sent)}",
                value=percentile(burst.case_ms(), 95),
                unit="ms",
                low=burst.case_ms()[0],
                high=burst.case_ms()[-1],
                n=len(burst.sent),
                gate=2000,
                goal=300,
                more_is_better=False,
            )
        ),
    ]
    return 0 if all(result.meets_gate for result in found) else 1


def percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    sys.exit(main())
