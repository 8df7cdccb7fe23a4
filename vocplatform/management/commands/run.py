import os
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vocplatform import checkup
from vocplatform.lib.env import embedded_socket
from vocplatform.supervisor import broker, parts, probe
from vocplatform.supervisor.console import Console
from vocplatform.supervisor.lock import AlreadyRunning, RunLock
from vocplatform.supervisor.watch import Watch

BROKER_SECONDS = 30  # reading a long append-only file takes a while
WEB_SECONDS = 60
READY_SECONDS = 30
HIGHEST_PORT = 65_535


class Command(BaseCommand):
    help = (
        "Run web, worker and beat together, with a broker of our own unless REDIS_URL names one. "
        "Where none is installed, one process sweeps instead. "
        "HOST, PORT, STATE_DIR, WEB_CONCURRENCY, WEB_THREADS and WORKER_CONCURRENCY are read from the environment. "
        "Ctrl-C or SIGTERM stops everything."
    )

    def handle(self, *args, **options) -> None:
        self.host, self.port = os.environ.get("HOST", "127.0.0.1"), number("PORT", 8000, most=HIGHEST_PORT)
        try:
            with RunLock(settings.STATE_DIR):
                self.refuse_a_bad_start()
                code = self.run(Console())
        except AlreadyRunning as problem:
            raise CommandError(str(problem)) from problem
        if code:
            raise SystemExit(code)

    def run(self, console: Console) -> int:
        with Watch(console.say) as watch:
            self.start_everything(watch)
            self.report_when_ready(watch)
            code = watch.run_until_stopped()
            console.say("run", "stopping")
        console.say("run", "stopped")
        return code

    def refuse_a_bad_start(self) -> None:
        for check in (checkup.check_database, checkup.check_migrations):
            finding = check(timezone.now())
            if not finding.is_good:
                raise CommandError(f"{finding.says} {finding.next_step}")
        if not probe.is_free(self.host, self.port):
            raise CommandError(f"Port {self.port} is taken. Choose another one: PORT={self.port + 1}")

    def start_everything(self, watch: Watch) -> None:
        env = {"PYTHONUNBUFFERED": "1", "LOG_FORMAT": os.environ.get("LOG_FORMAT", "console")}
        if settings.REDIS_URL or self.start_broker(watch):
            watch.start(parts.worker(processes=number("WORKER_CONCURRENCY", 2), env=env))
            watch.start(parts.beat(env=env))
        else:
            watch.start(parts.sweeper(env=env))
        processes, threads = number("WEB_CONCURRENCY", 2), number("WEB_THREADS", 4)
        watch.start(parts.web(host=self.host, port=self.port, processes=processes, threads=threads, env=env))

    def start_broker(self, watch: Watch) -> bool:
        """Start a broker of our own; False where none is installed, and then sweeps do the work."""
        socket = embedded_socket(settings.STATE_DIR)
        try:
            broker.find_server()
        except broker.NoBroker as problem:
            watch.say("run", f"{problem} Until then one process sweeps: an answer is worked within half a minute.")
            return False
        if broker.stop_leftover(socket):
            watch.say("run", "stopped a broker that an earlier run had left behind")
        watch.start(broker.embedded_broker(settings.STATE_DIR))
        if not watch.wait_for(lambda: broker.answers(socket), seconds=BROKER_SECONDS) and not watch.is_stopping:
            watch.say("run", "the broker does not answer yet; work waits in the database")
        return True

    def report_when_ready(self, watch: Watch) -> None:
        started = time.monotonic()
        watch.say("run", "starting web, worker and beat")
        if watch.wait_for(lambda: probe.is_alive(self.host, self.port), seconds=WEB_SECONDS):
            watch.say("run", f"the web server answers after {time.monotonic() - started:.1f} s")
        is_ready = watch.wait_for(
            lambda: not probe.complaints(self.host, self.port), seconds=READY_SECONDS, ask_every=0.5
        )
        if watch.is_stopping:
            return
        for complaint in [] if is_ready else probe.complaints(self.host, self.port):
            watch.say("run", f"not ready: {complaint}")
        watch.say("run", f"ready: {settings.PUBLIC_URL}/ (Ctrl-C stops everything)")
        for line in welcome():
            watch.say("run", line)


def number(name: str, default: int, *, most: int = 1000) -> int:
    """Return a setting of `run`. Raises CommandError in words for what cannot be meant."""
    given = os.environ.get(name) or str(default)
    if not given.isdecimal() or not 1 <= int(given) <= most:
        raise CommandError(f"{name} is “{given}”; it must be a number from 1 to {most}.")
    return int(given)


def welcome() -> list[str]:
    """Return what the demo programme wants to be shown: log-ins and a live survey link."""
    note = settings.STATE_DIR / "welcome.txt"
    return note.read_text().splitlines() if note.exists() else []
