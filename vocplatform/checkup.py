"""Is the platform well? Each check returns a finding in a sentence; /readyz and `manage.py doctor` share them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu import Connection
from kombu.exceptions import KombuError

from feedback.models import Response
from surveys.models import TouchpointEvent, TriggerRule
from surveys.services.complaints import count_complaints
from surveys.services.dates import dates_in_words
from vocplatform.lib.outbox import Outgoing
from vocplatform.models import Heartbeat
from vocplatform.supervisor.broker import has_server

HEARTBEAT_MAX_AGE = timedelta(seconds=60)
SWEEP_MAX_AGE = timedelta(minutes=5)
LEAST_DISK_MIB = 200
CLOCK_MAX_DIFFERENCE = timedelta(seconds=5)
BROKER_SECONDS = 3
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Finding:
    name: str
    is_good: bool
    says: str
    next_step: str = ""


def check_database(now: datetime) -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        return Finding(
            "database",
            False,
            f"The database does not answer ({type(problem).__name__}).",
            "Start it, or correct DATABASE_URL.",
        )
    return Finding("database", True, f"The {connection.display_name} database answers.")


def check_migrations(now: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding(
            "migrations",
            False,
            f"{len(missing)} migrations are not applied, the first is {missing[0][0]}.",
            "Run: manage.py prepare",
        )
    return Finding("migrations", True, "All migrations are applied.")


def check_broker(now: datetime) -> Finding:
    if not settings.REDIS_URL and not has_server():
        says = "No broker is installed: one process sweeps, and an answer is worked within half a minute."
        return Finding("broker", True, says, "To have it worked at once, install Redis or Valkey or set REDIS_URL.")
    kind = "broker of REDIS_URL" if settings.REDIS_URL else "embedded broker"
    try:
        with Connection(
            settings.CELERY_BROKER_URL, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
        ) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except (KombuError, *broker.connection_errors) as problem:
        step = "Start it, or correct REDIS_URL." if settings.REDIS_URL else "Start the platform: manage.py run"
        return Finding(
            "broker",
            False,
            f"The {kind} does not answer ({type(problem).__name__}); answers are kept and wait.",
            step,
        )
    return Finding("broker", True, f"The {kind} answers.")


def check_worker(now: datetime) -> Finding:
    newest = Heartbeat.objects.filter(kind="worker").order_by("-beat_at").first()
    return seen_recently("worker", "A worker", newest, now, "Start one: celery -A vocplatform worker")


def check_beat(now: datetime) -> Finding:
    newest = Heartbeat.objects.filter(kind="beat").order_by("-beat_at").first()
    return seen_recently("beat", "The scheduler", newest, now, "Start it: celery -A vocplatform beat")


def seen_recently(name: str, who: str, heartbeat: Heartbeat | None, now: datetime, step: str) -> Finding:
    if heartbeat is None:
        return Finding(name, False, f"{who} has never been seen.", step)
    age = now - heartbeat.beat_at
    says = f"{who} was last seen {in_words(age)} ago ({heartbeat.name})."
    return Finding(name, True, says) if age <= HEARTBEAT_MAX_AGE else Finding(name, False, says, step)


def check_sweep(now: datetime) -> Finding:
    """A sweep that ran proves the whole path: beat asked, the broker carried, a worker did."""
    newest = Heartbeat.objects.filter(kind="sweep").order_by("-beat_at").first()
    step = "Look at the findings on broker, worker and beat; what waits is done once they run."
    if newest is None:
        return Finding("sweep", False, "No sweep has ever run: what a lost message left behind stays behind.", step)
    age = now - newest.beat_at
    says = f"The last sweep ran {in_words(age)} ago."
    return Finding("sweep", True, says) if age <= SWEEP_MAX_AGE else Finding("sweep", False, says, step)


def check_set_aside(now: datetime) -> Finding:
    """What failed again and again waits for a person and delays nobody else."""
    events = TouchpointEvent.objects.filter(handled_at__isnull=True, parked_at__isnull=False).count()
    responses = Response.objects.parked().count()
    messages = sum(model.objects.worn().count() for model in apps.get_models() if issubclass(model, Outgoing))
    if not events and not responses and not messages:
        return Finding("set aside", True, "Nothing was given up on.")
    return Finding(
        "set aside",
        False,
        f"Given up on after repeated attempts: {events} events, {responses} responses, {messages} messages.",
        "Find them in the admin (filter “set aside at”, or messages that failed), mend the cause, then “Try again”.",
    )


def check_dates(now: datetime) -> Finding:
    """A rule that waits for a date that nobody's record holds, or one that cannot be read, is silent."""
    rules = TriggerRule.objects.by_date().in_force(now).exclude(dates_report={})
    odd = [rule for rule in rules if rule.dates_report["unreadable"] or not rule.dates_report["known"]]
    if not odd:
        return Finding("dates", True, "Every rule that waits for a date of customers finds dates.")
    told = "; ".join(f"{rule}: {dates_in_words(rule)}" for rule in odd)
    return Finding("dates", False, told, "Open the rule in the admin: it names customers; send dates as 2027-03-01.")


def check_disk(now: datetime) -> Finding:
    free_mib = shutil.disk_usage(settings.STATE_DIR).free // 1024**2
    says = f"The state folder has {free_mib:,} MiB free."
    if free_mib < LEAST_DISK_MIB:
        return Finding("disk", False, says, f"Make room: below {LEAST_DISK_MIB} MiB answers may be refused.")
    return Finding("disk", True, says)


def check_clock(now: datetime) -> Finding:
    """Compare our clock with the database's; leases and due times are shared by all hosts."""
    if connection.vendor != "postgresql":
        return Finding("clock", True, "Clock and database are on the same machine.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference = abs(now - cursor.fetchone()[0])
    says = f"Our clock and the database's differ by {in_words(difference)}."
    if difference > CLOCK_MAX_DIFFERENCE:
        return Finding("clock", False, says, "Synchronise the clocks of all hosts (chrony or systemd-timesyncd).")
    return Finding("clock", True, says)


def check_mail(now: datetime) -> Finding:
    if settings.MAIL_PROVIDER:
        return Finding("mail", True, f"Mail leaves through {settings.MAIL_PROVIDER}.")
    if not settings.EMAIL_URL:
        says = f"Mail is written to {settings.MAIL_DIR} and leaves to nobody."
        step = "Set EMAIL_URL (smtp+tls://user:password@host:587) to reach customers."
        return Finding("mail", not is_public(), says, step)
    if "@localhost" in settings.DEFAULT_FROM_EMAIL:
        says = "Mail would be sent from an address at localhost."
        return Finding("mail", False, says, "Set MAIL_FROM to an address of your own domain.")
    try:
        with get_connection(timeout=5):
            says = f"The mail server {settings.EMAIL_HOST} answers."
            return Finding("mail", True, says, "Whether receivers believe it: manage.py check_mail_dns")
    except OSError as problem:
        says = f"The mail server {settings.EMAIL_HOST} refuses us ({type(problem).__name__})."
        return Finding("mail", False, says, "Check host, port, user and password in EMAIL_URL.")


def check_complaints(now: datetime) -> Finding:
    found = count_complaints(now=now)
    says = f"{found.reported} of {found.sent:,} mails of the last 7 days were reported as spam ({found.percent:.2f} %)"
    if found.forbid_sending:
        step = "Ask fewer people, or those who said yes. Sending goes on by itself once the share has fallen."
        return Finding("complaints", False, f"{says}: invitations by mail wait.", step)
    return Finding("complaints", True, f"{says}.")


def check_secret_key(now: datetime) -> Finding:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        says = f"SECRET_KEY has only {len(settings.SECRET_KEY)} characters."
        return Finding(
            "secret key",
            False,
            says,
            f"Set a random one of at least {SHORTEST_SECRET}; keep the old one "
            "in SECRET_KEY_FALLBACKS until all links that it signed have expired.",
        )
    if settings.DEBUG and is_public():
        return Finding(
            "secret key", False, "DEBUG is on at a public address and shows settings to strangers.", "Unset DEBUG."
        )
    return Finding("secret key", True, "SECRET_KEY is long enough and DEBUG does not leak it.")


def check_public_url(now: datetime) -> Finding:
    says = f"Links to customers start with {settings.PUBLIC_URL}."
    if not is_public():
        return Finding("public url", True, f"{says} Only this machine can open them.")
    if urlsplit(settings.PUBLIC_URL).scheme != "https":
        return Finding("public url", False, says, "Set PUBLIC_URL to an https:// address.")
    return Finding("public url", True, says)


def is_public() -> bool:
    return urlsplit(settings.PUBLIC_URL).hostname not in {"localhost", "127.0.0.1", "::1", None}


def in_words(age: timedelta) -> str:
    seconds = round(age.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    return f"{minutes} min" if minutes < 120 else f"{hours} h"


Check = Callable[[datetime], Finding]
READINESS: list[Check] = [check_database, check_migrations, check_sweep, check_disk]
EVERYTHING: list[Check] = [
    check_database, check_migrations, check_broker, check_worker, check_beat, check_sweep, check_set_aside, check_dates,
    check_mail, check_complaints, check_secret_key, check_public_url, check_disk, check_clock,
]  # fmt: skip


NEED_A_DATABASE = {
    check_migrations, check_worker, check_beat, check_sweep, check_set_aside, check_dates, check_complaints,
    check_clock,
}  # fmt: skip


def examine(checks: list[Check], *, now: datetime) -> list[Finding]:
    """Run the checks in order; those that read rows are left out when the database or its tables are missing."""
    findings = []
    has_rows = True
    for check in checks:
        if check in NEED_A_DATABASE and not has_rows:
            continue
        findings.append(check(now))
        if check in {check_database, check_migrations}:
            has_rows = has_rows and findings[-1].is_good
    return findings
