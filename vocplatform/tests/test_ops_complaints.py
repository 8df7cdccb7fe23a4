import pytest

from surveys.tests import rows
from surveys.tests.rows import NOON
from surveys.tests.test_complaints import DAY, mails
from vocplatform.checkup import check_complaints

pytestmark = pytest.mark.django_db


def test_doctor_says_how_many_mails_were_reported_and_that_others_wait():
    mails(rows.survey(), 10, reported=3)
    finding = check_complaints(NOON)
    assert not finding.is_good
    assert finding.says == "3 of 10 mails of the last 7 days were reported as spam (30.00 %): invitations by mail wait."
    assert check_complaints(NOON + 7 * DAY).is_good
