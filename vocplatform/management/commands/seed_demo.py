import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from feedback.analytics.driver_rows import MOST_DRIVERS, candidates_of
from feedback.models import Response, Segment
from feedback.services import facts, profiles, rollups, segments
from feedback.services.drivers import ask_driver_study, run_driver_study
from feedback.services.themes import find_backlog, is_anybody_waiting
from surveys.models import CollectionLink, SurveyVersion, TouchpointEvent
from vocplatform.demo import plan, setting
from vocplatform.demo.months import DAYS, Months, backdate, settle_old_notices
from vocplatform.demo.outer import change_things
from vocplatform.lib.periods import last_days

STEPS_PER_COMMIT = 100


class Command(BaseCommand):
    help = "Fill an empty installation with four months of a believable programme; a second time changes nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--visits", type=int, default=560, help="How many customers answered, at most.")

    def handle(self, *args, **options) -> None:
        logging.getLogger("vocplatform.lib.hooks").setLevel(logging.ERROR)  # no broker yet, and none is needed
        now = timezone.now()
        if not TouchpointEvent.objects.filter(source__slug="operations").exists():
            with transaction.atomic():
                setting.lay(now=now - timedelta(days=DAYS + 1))
            self.live_through(Months(now=now, visits=options["visits"]))
            settle_old_notices(now=now)
            backdate()
            self.count()
            with transaction.atomic():
                change_things(now=now)
        self.welcome()

    def live_through(self, months: Months) -> None:
        start, steps = months.now - timedelta(days=DAYS), months.run()
        with self.progress() as progress:
            bar = progress.add_task("Months of feedback   ", total=DAYS)
            while True:
                with transaction.atomic():
                    moments = [at for at, _ in zip(steps, range(STEPS_PER_COMMIT), strict=False)]
                if not moments:
                    return
                progress.update(bar, completed=min(DAYS, max(0, (moments[-1] - start) / timedelta(days=1))))

    def count(self) -> None:
        while find_backlog(now=timezone.now()) or is_anybody_waiting():
            pass
        days = sorted({timezone.localtime(at).date() for at in Response.objects.values_list("started_at", flat=True)})
        with self.progress() as progress:
            for on in progress.track(days, description="Counting figures     "):
                rollups.rebuild_day(on, now=timezone.now())
        while facts.read_waiting_events(now=timezone.now()):
            pass
        self.count_customers()
        self.study_drivers()

    def count_customers(self) -> None:
        """What workers do every night."""
        now = timezone.now()
        profiles.prepare_count(now=now)
        while profiles.count_profiles(now=now):
            pass
        profiles.score_fifths()
        for pk in Segment.objects.stale(now).values_list("pk", flat=True):
            segments.count_segment(pk, now=now)
        while rollups.rebuild_waiting():
            pass

    def study_drivers(self) -> None:
        """What goes along with being satisfied with a call."""
        now = timezone.now()
        version = SurveyVersion.objects.filter(survey__slug="advice-line").latest("number")
        drivers = [each.key for each in candidates_of(version) if each.key != "satisfaction"][:MOST_DRIVERS]
        period = last_days(365, today=timezone.localdate())
        study = ask_driver_study(version, outcome="satisfaction", drivers=drivers, period=period, actor=None, now=now)
        run_driver_study(study.pk, now=now)

    def progress(self) -> Progress:
        parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        return Progress(*parts, console=Console(stderr=True))

    def welcome(self) -> None:
        """Leave what `run` shows when everything is up."""
        link = CollectionLink.objects.filter(touchpoint__slug="advice-line", is_open=True).first()
        lines = [
            f"Dashboard     {settings.PUBLIC_URL}/",
            f"Admin         {settings.PUBLIC_URL}/admin/",
            f"API           {settings.PUBLIC_URL}/api/v1/docs/",
            f"Survey link   {settings.PUBLIC_URL}/c/{link.code}/" if link else "",
            f"Mail          {settings.MAIL_DIR}",
            f"Log in as     {', '.join(name for name, _, _ in plan.PEOPLE)}",
            f"Password      {setting.demo_password()}",
        ]
        note = Path(settings.STATE_DIR) / "welcome.txt"
        note.touch(mode=0o600)
        note.write_text("\n".join(line for line in lines if line) + "\n")
        self.stdout.write(note.read_text())
