"""What `make bench` says about a result."""

import json

import pytest

from benchmarks import __main__ as bench
from benchmarks.results import Result, record, table


def result(value: float, **fields) -> Result:
    known = {"name": "page", "unit": "%", "low": value, "high": value, "n": 9, "gate": 100, "goal": 170}
    return Result(value=value, **known | fields)


@pytest.mark.parametrize(("value", "verdict"), [(170, "goal"), (100, "gate"), (99.9, "MISSED")])
def test_more_is_better_unless_said_otherwise(value, verdict):
    assert result(value).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(100, "goal"), (250, "gate"), (250.1, "MISSED")])
def test_of_times_less_is_better(value, verdict):
    assert result(value, gate=250, goal=100, unit="ms", more_is_better=False).verdict == verdict


def test_the_table_shows_value_spread_n_gate_goal_and_verdict():
    line = table([result(183, low=171, high=190)]).splitlines()[1]
    assert line.split() == "page 183 % 171 to 190 % 9 at least 100 % at least 170 % goal".split()


def test_a_part_leaves_its_result_where_the_runner_finds_it(monkeypatch, tmp_path):
    monkeypatch.setenv("BENCH_RESULTS", str(tmp_path / "found"))
    record(result(183))
    assert Result(**json.loads((tmp_path / "found").read_text())) == result(183)


@pytest.fixture
def parts(monkeypatch):
    """Replace the parts by ones that leave a value and end with a code."""

    def run(part: str, results: str) -> int:
        value, code = parts[part]
        with open(results, "a") as lines:
            lines.write(json.dumps(result(value, name=part).__dict__) + "\n")
        return code

    parts = {}
    monkeypatch.setattr(bench, "run", run)
    return parts


def test_the_run_succeeds_when_every_gate_is_met(parts, capsys):
    parts["survey_page"] = (120, 0)
    assert bench.main(["survey_page"]) == 0
    assert "All 1 gates are met." in capsys.readouterr().out


@pytest.mark.parametrize("outcome", [(99, 0), (120, 1)], ids=["a gate is missed", "a part fails"])
def test_the_run_fails_when(parts, capsys, outcome):
    parts["survey_page"] = outcome
    assert bench.main(["survey_page"]) == 1
    assert "survey_page" in capsys.readouterr().out.splitlines()[-1]


def test_an_unknown_part_is_named(capsys):
    assert bench.main(["guesswork"]) == 2
    assert "guesswork" in capsys.readouterr().err
