"""What an installation takes: disk for answers, memory of the web server, bytes of a survey page, time of an import.

    python -m benchmarks.footprint [--responses 100000]

Disk: everything kept of an answer, indexes and roll-ups too, beside one bare typed row with its key (176 MB a million).
Memory: what two web processes hold after the same hundred submissions, shared pages counted once, beside a bare form.
Page: bytes that go over the line, beside the 0.95 MB of the lightest rival's page. Imports: rows of a checked CSV file
and of made-up answers, beside COPY into the bare table (PostgreSQL only).
"""

import argparse
import contextlib
import csv
import gzip
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from benchmarks.browsers import Browser, run
from benchmarks.results import Result, record, table
from benchmarks.survey_page import WORDS, prepare, start_both

RIVAL_PAGE_BYTES = 950_000
IMPORTED = 20_000
ROUNDS = 3
BARE = "benchmark_bare_row"
KEPT_TABLES = re.compile(r"^feedback_")
MAPPING = """
[survey]
slug = "benchmark-import"
title = "Imported"
[[survey.question]]
key = "nps"
kind = "nps"
text = "How likely are you to recommend us?"
[[survey.question]]
key = "why"
kind = "text"
text = "Why?"
[response]
id = "{id}"
submitted_at = "{when}"
[answers]
nps = "{nps}"
why = "{why}"
"""


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        from vocplatform.tests import throwaway

        if os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = stack.enter_context(throwaway.database("bench"))
        prepare(stack)
        from django.db import connection, connections

        stack.callback(connections.close_all)
        found = [*weigh_pages(stack, options.port)]
        if connection.vendor == "postgresql":
            written = fill(options.responses)
            found += [weigh_rows(options.responses), *time_imports(written)]
        print(f"\n{connection.vendor}")
    print(table([record(result) for result in found]))
    return 0 if all(result.meets_gate for result in found) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--port", type=int, default=8138, help="this one and the next are used")
    return parser.parse_args()


def weigh_pages(stack: contextlib.ExitStack, port: int) -> Iterator[Result]:
    from benchmarks.scenery import BenchmarkSurvey

    survey = stack.enter_context(BenchmarkSurvey())
    ours, bare = start_both(stack, port)
    run(port, survey.paths(100), {"q_nps": "3", "q_why": WORDS, "go": "next"}, clients=8)
    run(port + 1, repeat("/", 100), {"score": "3", "comment": WORDS}, clients=8)
    mine, theirs = memory(ours.pid), memory(bare.pid)
    yield less("memory of the web server against bare Django", mine / theirs, "x", n=2, gate=2, goal=1.6)
    _status, _headers, page = Browser(port).request(
        f"GET {next(survey.paths(1))} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    )
    share = 100 * len(gzip.compress(page)) / RIVAL_PAGE_BYTES
    yield less("survey page, bytes against the lightest rival", share, "%", n=1, gate=6, goal=2)


def less(name: str, value: float, unit: str, *, n: int, gate: float, goal: float) -> Result:
    return Result(
        name=name, value=value, unit=unit, low=value, high=value, n=n, gate=gate, goal=goal, more_is_better=False
    )


def memory(parent: int) -> int:
    """Kilobytes that a server and its children hold, each shared page divided among its holders."""
    family = [parent]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            family += [int(stat.parent.name)] if int(fields[1]) == parent else []
    return sum(
        int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1]) for pid in family
    )


def fill(responses: int) -> float:
    """Write made-up answers and their roll-ups; return answers written per second."""
    from django.utils import timezone

    from feedback.load import LoadProgramme

    programme, started = LoadProgramme(now=timezone.now(), seed=1), time.perf_counter()
    for _written in programme.fill(responses, days=90):
        pass
    rate = responses / (time.perf_counter() - started)
    for _on in programme.count(90):
        pass
    return rate


def weigh_rows(responses: int) -> Result:
    from django.db import connection

    with connection.cursor() as cursor:
        make_bare(cursor)
        cursor.execute(
            f"INSERT INTO {BARE} (survey, version, touchpoint, channel, submitted_at, score, comment) "
            "SELECT survey_id, version_id, touchpoint_id, channel, started_at, s.number, c.text "
            "FROM feedback_response r "
            "LEFT JOIN feedback_answer s ON s.response_id = r.id AND s.number IS NOT NULL "
            "LEFT JOIN feedback_answer c ON c.response_id = r.id AND c.text IS NOT NULL"
        )
        cursor.execute("VACUUM FULL")
        kept = [name for name in connection.introspection.table_names(cursor) if KEPT_TABLES.match(name)]
        mine, theirs = sum(size(cursor, name) for name in kept), size(cursor, BARE)
    print(f"disk: {mine / responses:.0f} bytes an answer, a bare row {theirs / responses:.0f}")
    return less("disk against bare typed rows", mine / theirs, "x", n=responses, gate=3, goal=2)


def make_bare(cursor) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {BARE}")
    cursor.execute(
        f"CREATE TABLE {BARE} (id bigserial PRIMARY KEY, survey bigint, version bigint, touchpoint bigint, "
        "channel varchar(8), submitted_at timestamptz, score smallint, comment text)"
    )
    cursor.execute(f"CREATE INDEX ON {BARE} (submitted_at)")


def size(cursor, name: str) -> int:
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [name])
    return cursor.fetchone()[0]


def time_imports(written: float) -> Iterator[Result]:
    rates = [(copied(), imported(turn)) for turn in range(ROUNDS)]
    middle = sorted(copy for copy, _ in rates)[ROUNDS // 2]
    ratios = sorted(100 * mine / copy for copy, mine in rates)
    checked = sorted(mine for _, mine in rates)[ROUNDS // 2]
    print(f"rows/s: COPY {middle:,.0f}, made-up answers {written:,.0f}, a checked CSV file {checked:,.0f}")
    made = 100 * written / middle
    yield Result(name="made-up answers against COPY", value=made, unit="%", low=made, high=made, n=1, gate=10, goal=25)
    yield Result(
        name="import of a checked CSV file against COPY",
        value=ratios[ROUNDS // 2],
        unit="%",
        low=ratios[0],
        high=ratios[-1],
        n=IMPORTED * ROUNDS,
        gate=10,
        goal=25,
    )


def rows(turn: int) -> list[tuple]:
    at = "2026-05-{:02d}T10:00:00+00:00"
    return [(f"{turn}-{number}", at.format(1 + number % 28), number % 11, WORDS) for number in range(IMPORTED)]


def copied() -> float:
    from django.db import connection

    text = io.StringIO()
    csv.writer(text).writerows([(1, 1, 1, "link", at, score, words) for _, at, score, words in rows(0)])
    with connection.cursor() as cursor:
        make_bare(cursor)
        started = time.perf_counter()
        columns = "survey, version, touchpoint, channel, submitted_at, score, comment"
        with cursor.copy(f"COPY {BARE} ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(text.getvalue())
        return IMPORTED / (time.perf_counter() - started)


def imported(turn: int) -> float:
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as folder:
        file, mapping = Path(folder) / "answers.csv", Path(folder) / "mapping.toml"
        with file.open("w", newline="") as out:
            csv.writer(out).writerows([("id", "when", "nps", "why"), *rows(turn)])
        mapping.write_text(MAPPING)
        started = time.perf_counter()
        with contextlib.redirect_stderr(io.StringIO()):
            call_command("import_responses", file, mapping=mapping, verbosity=0, stdout=io.StringIO())
        return IMPORTED / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
