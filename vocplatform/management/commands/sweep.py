import signal

from django.core.management.base import BaseCommand

from vocplatform.celery import app
from vocplatform.schedule import SWEEPS
from vocplatform.sweeper import Sweeper


class Command(BaseCommand):
    help = (
        "Do the work of worker and beat in one process and without a broker, until Ctrl-C or SIGTERM. "
        "`manage.py run` starts it where no broker is installed."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="Run each sweep once and end.")

    def handle(self, *args, once: bool, **options) -> None:
        if once:
            Sweeper(app, SWEEPS).sweep()
            return
        stops: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, frame: stops.append(received))
        Sweeper(app, SWEEPS).run(lambda: bool(stops))
