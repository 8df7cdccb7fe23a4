"""What a benchmark found, held against its gate and its goal. `make bench` collects the lines of all parts."""

import json
import os
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """`value` in `unit`, with the lowest and highest of its rounds; a gate is a promise, a goal an ambition."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    n: int
    gate: float
    goal: float
    more_is_better: bool = True

    @property
    def meets_gate(self) -> bool:
        return self._reaches(self.gate)

    @property
    def meets_goal(self) -> bool:
        return self._reaches(self.goal)

    def _reaches(self, mark: float) -> bool:
        return self.value >= mark if self.more_is_better else self.value <= mark

    @property
    def verdict(self) -> str:
        if self.meets_goal:
            return "goal"
        return "gate" if self.meets_gate else "MISSED"


def record(result: Result) -> Result:
    """Leave the result where `python -m benchmarks` collects it; alone, a part only prints."""
    if file := os.environ.get("BENCH_RESULTS"):
        with open(file, "a") as lines:
            lines.write(json.dumps(asdict(result)) + "\n")
    return result


def table(results: list[Result]) -> str:
    wanted = "at least", "at most"
    lines = [f"{'':<44}{'value':>12}{'spread':>20}{'n':>8}   {'gate':>16}   {'goal':>16}  met"]
    for result in results:
        word = wanted[0 if result.more_is_better else 1]
        lines.append(
            f"{result.name:<44}{show(result.value, result.unit):>12}"
            f"{show(result.low, '') + ' to ' + show(result.high, result.unit):>20}{result.n:>8}   "
            f"{word + ' ' + show(result.gate, result.unit):>16}   {word + ' ' + show(result.goal, result.unit):>16}"
            f"  {result.verdict}"
        )
    return "\n".join(lines)


def show(value: float, unit: str) -> str:
    figure = f"{value:.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2f}"
    return f"{figure} {unit}".strip()
