"""Run every benchmark there is, one after the other, and print one table. Exit code 1 when a gate was missed.

    python -m benchmarks [part ...]

Absolute figures say as much about the machine as about the code; gates are ratios inside one run wherever possible.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.results import Result, table

HERE = Path(__file__).resolve().parent
PARTS = (
    "survey_page",
    "api_submission",
    "case_latency",
    "inbox",
    "scoring",
    "footprint",
    "dashboard",
    "search",
)


def main(wanted: list[str]) -> int:
    parts = [part for part in wanted or PARTS if (HERE / f"{part}.py").exists()]
    if missing := set(wanted) - set(parts):
        print(f"There is no benchmark {', '.join(sorted(missing))}.", file=sys.stderr)
        return 2
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as found:
        codes = {part: run(part, found.name) for part in parts}
        results = [Result(**json.loads(line)) for line in found]
    print(f"\n{table(results)}\n")
    failed = [part for part, code in codes.items() if code]
    missed = [result.name for result in results if not result.meets_gate]
    if failed or missed:
        print(f"Gates missed: {', '.join(missed) or 'none'}. Parts that failed: {', '.join(failed) or 'none'}.")
        return 1
    print(f"All {len(results)} gates are met.")
    return 0


def run(part: str, results: str) -> int:
    print(f"\n== {part}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{part}"]
    return subprocess.run(command, cwd=HERE.parent, env=os.environ | {"BENCH_RESULTS": results}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
