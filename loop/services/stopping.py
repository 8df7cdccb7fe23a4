"""The stop rule: a playbook ends when a look finds a clear difference, and at its last look."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import Playbook
from loop.reports.trial import TrialReport, trial_report
from loop.services.playbooks import stop_playbook
from loop.trial.verdict import Verdict


@transaction.atomic
def settle_playbook(playbook_id: int, *, now: datetime) -> Playbook | None:
    """Stop this playbook where its rule says so; None where it goes on. Asking twice changes nothing."""
    playbook = Playbook.objects.running().select_for_update(of=("self",), no_key=True).filter(pk=playbook_id).first()
    if playbook is None:
        return None
    report = trial_report(playbook, now=now)
    return stop_playbook(playbook.pk, reason=_why(report), now=now) if report.is_over else None


def _why(report: TrialReport) -> str:
    number = report.look.number if report.look else 0
    clear = [contrast for contrast in report.contrasts if contrast.verdict.is_over]
    if not clear:
        return _("Its last look was taken.")
    said = {Verdict.HELPED: _("“%(arm)s” helped"), Verdict.HURT: _("“%(arm)s” hurt")}
    found = ", ".join(said[contrast.verdict] % {"arm": contrast.arm} for contrast in clear)
    return _("Look %(number)d was clear: %(found)s.") % {"number": number, "found": found}
