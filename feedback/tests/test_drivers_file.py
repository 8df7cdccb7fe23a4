"""From a survey's file to its drivers on the command line: what is written, what is left out, what is refused."""

import csv
import gzip
import json
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from django.conf import settings
from django.core.management import CommandError, call_command

AIRPORT = Path(settings.BASE_DIR) / "vocplatform" / "tests" / "data" / "sfo_airport_survey.csv.gz"
RATED = ["Q7FOOD", "Q7SIGN", "Q7SCREENS", "Q9RESTROOM", "Q10SAFE", "Q14FIND"]


@pytest.fixture
def drivers(tmp_path, capsys):
    """Returns what was written to standard output and to standard error."""

    def run(file: Path | list[dict], outcome: str, names: list[str], **options):
        if isinstance(file, list):
            path = tmp_path / "in.csv"
            with open(path, "w", encoding="utf-8", newline="") as opened:
                writer = csv.DictWriter(opened, file[0].keys())
                writer.writeheader()
                writer.writerows(file)
            file = path
        call_command("drivers_file", file, outcome=outcome, drivers=",".join(names), **{"samples": 50, **options})
        out, err = capsys.readouterr()
        return json.loads(out), err

    return run


@pytest.fixture
def rated() -> list[dict]:
    random = np.random.default_rng(11)
    rows = []
    for _row in range(60):
        wait, staff = random.integers(1, 6, size=2)
        rows.append({"score": int(2 * staff + wait + random.integers(0, 3)), "wait": wait, "staff": staff, "same": 3})
    return rows


@pytest.fixture(scope="module")
def airport() -> np.ndarray:
    """The complete rows, outcome first, read the plain way."""
    with gzip.open(AIRPORT, "rt", encoding="utf-8", newline="") as file:
        table = [[row[name] for name in ("nps", *RATED)] for row in csv.DictReader(file)]
    return np.array([[float(cell) for cell in row] for row in table if all(row) and "0" not in row[1:]])


def fitted(table: np.ndarray, chosen) -> float:
    return sm.OLS(table[:, 0], sm.add_constant(table[:, [1 + at for at in chosen]])).fit().rsquared if chosen else 0.0


def shapley_by_hand(table: np.ndarray) -> np.ndarray:
    """Each driver's mean gain in R² over all subsets of the others, every fit by statsmodels."""
    count = table.shape[1] - 1
    fits = {each: fitted(table, each) for size in range(count + 1) for each in combinations(range(count), size)}
    shares = np.zeros(count)
    for driver in range(count):
        for subset, fit in fits.items():
            if driver not in subset:
                weight = factorial(len(subset)) * factorial(count - len(subset) - 1) / factorial(count)
                shares[driver] += weight * (fits[tuple(sorted((*subset, driver)))] - fit)
    return 100 * shares / shares.sum()


def johnson_by_hand(table: np.ndarray) -> np.ndarray:
    """Johnson's steps one by one: the nearest uncorrelated variables Z, y on Z and each driver on Z by statsmodels."""
    drivers = (table[:, 1:] - table[:, 1:].mean(axis=0)) / table[:, 1:].std(axis=0)
    left, _sizes, right = np.linalg.svd(drivers, full_matrices=False)
    nearest = left @ right
    on_nearest = sm.OLS(table[:, 0] - table[:, 0].mean(), nearest).fit().params
    bridge = np.array([sm.OLS(driver, nearest).fit().params for driver in drivers.T])
    weights = bridge**2 @ on_nearest**2
    return 100 * weights / weights.sum()


def test_the_airports_drivers_are_those_of_statsmodels_to_the_fourth_place(drivers, airport):
    told, _err = drivers(AIRPORT, "nps", RATED, missing="0")
    assert told["n"] == len(airport)
    assert told["r2"] == pytest.approx(fitted(airport, range(len(RATED))), abs=1e-6)
    assert [each["driver"] for each in told["drivers"]] == RATED
    assert [each["shapley_pct"] for each in told["drivers"]] == pytest.approx(shapley_by_hand(airport), abs=1e-3)
    assert [each["johnson_pct"] for each in told["drivers"]] == pytest.approx(johnson_by_hand(airport), abs=1e-3)
    for each in told["drivers"]:
        for method in ("shapley", "johnson"):
            low, high = each[f"{method}_ci"]
            assert low < each[f"{method}_pct"] < high


def test_rows_with_a_missing_driver_are_left_out_and_counted(drivers, rated):
    rated[0]["wait"], rated[1]["staff"], rated[2]["wait"] = 0, "", "0.0"
    told, err = drivers(rated, "score", ["wait", "staff"], missing="0")
    assert (told["n"], told["left_out"]) == (57, 3)
    assert "57 complete rows used, 3 left out." in err


def test_progress_stands_on_standard_error(drivers, rated):
    _told, err = drivers(rated, "score", ["wait", "staff"])
    assert "60 rows read" in err
    assert "50/50" in err


def test_a_zero_of_the_outcome_is_an_answer_unless_said_otherwise(drivers, rated):
    rated[0]["score"] = 0
    told, _err = drivers(rated, "score", ["wait", "staff"], missing="0")
    assert told["n"] == 60
    assert any("score is 0 in 1 rows, which count as answers" in warning for warning in told["warnings"])
    told, _err = drivers(rated, "score", ["wait", "staff"], missing="0", outcome_missing="0")
    assert (told["n"], told["left_out"]) == (59, 1)


def test_words_among_the_numbers_are_missing_and_named(drivers, rated):
    rated[3]["wait"] = "n/a"
    told, _err = drivers(rated, "score", ["wait", "staff"])
    assert told["n"] == 59
    assert "wait: 1 cells are no numbers and count as missing, such as “n/a”." in told["warnings"]


def test_a_constant_driver_weighs_nothing_and_is_named(drivers, rated):
    told, _err = drivers(rated, "score", ["wait", "same"])
    assert told["drivers"][1]["shapley_pct"] == 0
    assert "same is the same in every row." in told["warnings"]


def test_drivers_that_say_the_same_share_their_weight_and_are_named(drivers, rated):
    twins = [row | {"again": 10 * row["wait"]} for row in rated]
    told, _err = drivers(twins, "score", ["wait", "again", "staff"])
    assert told["drivers"][0]["shapley_pct"] == pytest.approx(told["drivers"][1]["shapley_pct"], abs=1e-3)
    named = [warning.split(":")[0] for warning in told["warnings"] if "read them together" in warning]
    assert named == ["The other drivers tell 100 % of wait", "The other drivers tell 100 % of again"]


def test_few_rows_are_pointed_out(drivers, rated):
    told, _err = drivers(rated[:12], "score", ["wait", "staff"])
    assert any(warning.startswith("12 rows are few for 2 drivers") for warning in told["warnings"])


@pytest.mark.parametrize(
    ("outcome", "names", "options", "says"),
    [
        ("score", ["wiat"], {}, "no column wiat. Did you mean wait\\? It has score, wait, staff, same."),
        ("points", ["wait"], {}, "no column points"),
        ("score", ["wait", "wait"], {}, "named twice: wait"),
        ("score", ["wait", "score"], {}, "cannot be its own driver"),
        ("score", [""], {}, "at least one driver"),
        ("score", ["same"], {}, "Every driver is constant"),
        ("same", ["wait"], {}, "Every outcome is the same"),
        (
            "score",
            ["wait", "staff"],
            {"missing": "1,2,3,4,5"},
            "0 complete rows .* of 60 rows: wait in 60, staff in 60",
        ),
        ("score", ["wait"], {"samples": 0}, "At least one bootstrap sample"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_words(drivers, rated, outcome, names, options, says):
    with pytest.raises(CommandError, match=says):
        drivers(rated, outcome, names, **options)


def test_a_file_that_is_not_there_or_no_text_is_refused_in_words(drivers, tmp_path):
    with pytest.raises(CommandError, match="there is no such file"):
        drivers(tmp_path / "none.csv", "a", ["b"])
    (tmp_path / "picture.csv").write_bytes(b"a,b\n\xff\xfe\x00,1\n")
    with pytest.raises(CommandError, match="cannot be read as CSV"):
        drivers(tmp_path / "picture.csv", "a", ["b"])
