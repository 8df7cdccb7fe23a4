from pathlib import Path

import pytest
from django.conf import settings

from feedback.forms.filters import FilterForm
from feedback.metrics import METRICS
from feedback.metrics.figure import FEW_ANSWERS, HIDDEN_BELOW
from feedback.services.rollups import RECOUNTED_DAYS, ROTATION_DAYS

PAGE = (Path(settings.BASE_DIR) / "docs" / "metrics.md").read_text()


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_the_page_names_every_metric_with_its_target(metric):
    line = next(line for line in PAGE.splitlines() if f"`{metric.key}`" in line)
    if metric.target is not None:
        assert f"{metric.target:g}" in line.rsplit("|", 2)[1]


@pytest.mark.parametrize("name", [name for name in FilterForm.base_fields if name != "show"])
def test_the_page_names_every_filter(name):
    assert f"`{name}`" in PAGE


def test_the_page_states_the_limits_of_the_code():
    for limit in (
        f"n below {FEW_ANSWERS}",
        f"fewer than {HIDDEN_BELOW}",
        f"{RECOUNTED_DAYS} days",
        f"{ROTATION_DAYS} nights",
    ):
        assert limit in PAGE
