"""A real survey file from the import to the dashboard: every row is accounted for, and the score is the one by hand."""

import csv
import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from feedback.models import Response
from feedback.services import rollups

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parent / "data" / "sfo_airport_survey.csv.gz"
MAPPING = Path(settings.BASE_DIR) / "docs" / "mappings" / "sfo_responses.toml"
MAY = "first=2017-05-01&last=2017-05-31&survey=airport"


@pytest.fixture
def scores() -> list[int]:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return [int(row["nps"]) for row in csv.DictReader(file) if row["nps"]]


@pytest.fixture
def report(tmp_path) -> list[str]:
    path = tmp_path / "rejected.csv"
    call_command("import_responses", FILE, mapping=MAPPING, report=path)
    for on in sorted({response.submitted_at.date() for response in Response.objects.all()}):
        rollups.rebuild_day(on, now=timezone.now())
    return path.read_text().splitlines()[1:]


def nps_by_hand(scores: list[int]) -> float:
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    return 100 * (promoters - detractors) / len(scores)


def test_the_airports_score_is_the_one_computed_by_hand_and_every_row_is_accounted_for(client, scores, report):
    client.force_login(get_user_model().objects.create_superuser("analyst"))
    body = client.get(f"/api/v1/metrics?{MAY}").json()
    nps = next(line for line in body["metrics"] if line["metric"] == "nps")
    assert nps["value"] == pytest.approx(nps_by_hand(scores))
    assert nps["n"] == len(scores)
    assert Response.objects.count() + len(report) == 2831
    assert all("This row answers no question." in line for line in report)

    page = client.get(f"/dashboard/?{MAY}").content.decode()
    assert f"+{round(nps_by_hand(scores))}" in page
    assert f"{len(scores):,}" in page or str(len(scores)) in page
