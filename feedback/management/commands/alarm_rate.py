from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.analytics.alert_list import shown_rate
from feedback.services.alerts import SHUFFLES, measure_alarm_rate


class Command(BaseCommand):
    help = "Shuffle the own past of every metric and count what the alerts would have rung for: all of it is chance."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--shuffles", type=int, default=SHUFFLES, help="How often the past is shuffled.")
        parser.add_argument("--seed", type=int, help="The same seed gives the same result (default: from the day).")

    def handle(self, *args, shuffles: int, seed: int | None, **options) -> None:
        rate = shown_rate(measure_alarm_rate(now=timezone.now(), shuffles=shuffles, seed=seed))
        if rate is None:
            self.stdout.write("Nothing to shuffle yet: no metric has more than 8 windows of answers.")
            return
        row, interval = rate.row, rate.alarms_interval
        self.stdout.write(f"{row.series} series, {row.windows} windows judged in {row.shuffles} shuffles")
        self.stdout.write(f"outside the act limits: {rate.outside.value:.2f} % (made for {rate.nominal_percent:.0f} %)")
        self.stdout.write(
            f"false alarms per 1000 windows: {rate.alarms:.2f} (95 %: {interval.low:.2f} to {interval.high:.2f})"
        )
