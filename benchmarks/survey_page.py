"""Completed submissions through the real survey page, beside a bare Django form, in one run on one machine.

    python -m benchmarks.survey_page [--rounds 3] [--submissions 600]

A submission is GET page + POST answer. Both sides get the same gunicorn (gthread, 2 processes x 4 threads), the same
database and the same eight browsers, in turn. Gate: 100 % of the bare form's rate; goal: 170 %.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from benchmarks.browsers import Browser, Tally, run
from benchmarks.results import Result, record

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
GATE, GOAL = 100, 170
PROCESSES, THREADS = 2, 4
WARM_UP = 100
WORDS = "The parcel came two days late and nobody told us why."


@dataclass
class Side:
    """One server with what was measured of it, a number per round."""

    name: str
    port: int
    process: subprocess.Popen
    answers: dict[str, object]
    browser: type[Browser] = Browser
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    p95_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    n: int = 0

    def measure(self, paths: Iterator[str], *, clients: int = CLIENTS) -> None:
        before = cpu_seconds(self.process.pid)
        tally = run(self.port, paths, self.answers, clients=clients, browser=self.browser)
        self._note(tally, cpu_seconds(self.process.pid) - before)

    def _note(self, tally: Tally, cpu: float) -> None:
        done = len(tally.times)
        self.failures += tally.failures
        self.n += done
        if done:
            self.rates.append(tally.per_second)
            self.cpu_ms.append(1000 * cpu / done)
            self.p95_ms.append(tally.percentile_ms(95))

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def row(self) -> str:
        spread = f"{min(self.rates):.0f} to {max(self.rates):.0f}"
        middle = statistics.median(self.cpu_ms), statistics.median(self.p95_ms)
        figures = f"{self.rate:>8.0f}{spread:>15}{middle[0]:>9.2f}{middle[1]:>9.1f}{self.n:>8}{len(self.failures):>8}"
        return f"{self.name:<30}{figures}"


def start_both(stack: contextlib.ExitStack, port: int, env: dict[str, str] | None = None) -> tuple:
    """Ours at the port and the bare form at the next one, on the same database."""
    from django.conf import settings

    bare_env = {"BARE_DATABASE": json.dumps(settings.DATABASES["default"], default=str)}
    module = [sys.executable, "-m", "benchmarks.bare_form"]
    subprocess.run([*module, "make"], cwd=ROOT, env=os.environ | bare_env, check=True)
    stack.callback(subprocess.run, [*module, "drop"], cwd=ROOT, env=os.environ | bare_env, check=True)
    ours = start(stack, "vocplatform.wsgi", port, env or {})
    return ours, start(stack, "benchmarks.bare_form", port + 1, bare_env)


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        prepare(stack)
        from django.conf import settings
        from django.db import connection

        from benchmarks.scenery import BenchmarkSurvey

        survey = stack.enter_context(BenchmarkSurvey())
        page, bare = start_both(stack, options.port)

        def ours(name: str = "survey page") -> Side:
            return Side(name, options.port, page, {"q_nps": "3", "q_why": WORDS, "go": "next"})

        theirs = Side("bare Django form", options.port + 1, bare, {"score": "3", "comment": WORDS})
        ours().measure(survey.paths(WARM_UP))
        Side("", options.port + 1, bare, theirs.answers).measure(repeat("/", WARM_UP))
        measured = ours()
        for _ in range(options.rounds):
            measured.measure(survey.paths(options.submissions))
            theirs.measure(repeat("/", options.submissions))
        pool = settings.DATABASES["default"]["OPTIONS"].get("pool", {}).get("max_size", PROCESSES * THREADS)
        crowd = ours(f"survey page, {3 * pool} clients")
        crowd.measure(survey.paths(options.submissions), clients=3 * pool)
        kept = survey.answered()
        return report(measured, theirs, crowd, connection.vendor, kept)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=600, help="per side and round")
    parser.add_argument("--port", type=int, default=8118, help="this one and the next are used")
    return parser.parse_args()


def prepare(stack: contextlib.ExitStack) -> None:
    """A state folder of our own, a migrated database, and a broker where the environment names none."""
    import django
    from django.core.management import call_command

    os.environ["STATE_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="voc-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")
    django.setup()
    from django.conf import settings

    from vocplatform.supervisor.broker import embedded_broker

    call_command("migrate", verbosity=0)
    if not settings.REDIS_URL:
        broker = subprocess.Popen(embedded_broker(settings.STATE_DIR).command)
        stack.callback(stop, broker)


def start(stack: contextlib.ExitStack, module: str, port: int, env: dict[str, str]) -> subprocess.Popen:
    """A server as `manage.py run` and the compose file start it, ours or another."""
    command = [sys.executable, "-m", "gunicorn", module, f"--bind=127.0.0.1:{port}", "--worker-class=gthread"]
    command += [f"--workers={PROCESSES}", f"--threads={THREADS}", "--preload"]
    command += ["--no-control-socket", "--log-level=warning"]
    log = (Path(os.environ["STATE_DIR"]) / f"{port}.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | env, stdout=log, stderr=log)
    stack.callback(stop, process)
    wait_for(port, process, log.name)
    return process


def wait_for(port: int, process: subprocess.Popen, log: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            Browser(port).request(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return
        time.sleep(0.1)
    raise SystemExit(f"The server on port {port} did not start:\n{Path(log).read_text()[-2000:]}")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)


def cpu_seconds(parent: int) -> float:
    """Time that the children of gunicorn's master have spent; 0 where /proc does not tell."""
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def report(ours: Side, bare: Side, crowd: Side, vendor: str, kept: int) -> int:
    ratio = 100 * ours.rate / bare.rate
    by_round = sorted(100 * mine / theirs for mine, theirs in zip(ours.rates, bare.rates, strict=True))
    print(
        f"\ncompleted submissions (GET + POST), gunicorn gthread {PROCESSES} x {THREADS}, {vendor}, {CLIENTS} clients"
    )
    print(f"{'':<30}{'per s':>8}{'spread':>15}{'CPU ms':>9}{'p95 ms':>9}{'n':>8}{'failed':>8}")
    for side in (ours, bare, crowd):
        print(side.row())
    print(f"ratio {ratio:.0f} % (rounds {by_round[0]:.0f} to {by_round[-1]:.0f} %); gate {GATE} %, goal {GOAL} %")
    problems = ours.failures + crowd.failures
    print(f"failed requests: {len(problems)} {sorted(set(problems))}; answers in the database: {kept}")
    record(
        Result(
            name="survey page against a bare Django form",
            value=ratio,
            unit="%",
            low=by_round[0],
            high=by_round[-1],
            n=ours.n,
            gate=GATE,
            goal=GOAL,
        )
    )
    lost = {"value": len(problems), "low": len(ours.failures), "high": len(crowd.failures)}
    record(
        Result(
            name="failed requests at 3 x the connection pool",
            unit="",
            n=crowd.n,
            gate=0,
            goal=0,
            more_is_better=False,
            **lost,
        )
    )
    is_good = ratio >= GATE and not problems
    print("gate met" if is_good else "GATE MISSED")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
