"""Alive, ready, and the figures behind it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from surveys.models import Customer, Journey, Source, Stage, Touchpoint, TouchpointEvent
from surveys.services.dates import call_by_dates
from surveys.tests import rows
from vocplatform import checkup
from vocplatform.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept():
    return Heartbeat.objects.create(name="sweep", kind="sweep", beat_at=timezone.now())


def seen(kind: str, *, ago: timedelta) -> Heartbeat:
    return Heartbeat.objects.create(name=f"{kind}@host:1", kind=kind, beat_at=timezone.now() - ago)


@pytest.fixture
def broken_database(monkeypatch):
    def refuse(*_):
        raise OperationalError("gone")

    monkeypatch.setattr(checkup, "connection", SimpleNamespace(cursor=refuse, vendor="sqlite", display_name="SQLite"))


def test_alive_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_come_by_address_and_not_by_our_name(client, path):
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code != 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_take_no_orders(client, path):
    assert client.post(path).status_code == 405


def test_ready_when_database_migrations_sweep_and_disk_are_good(client, swept):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert [name for name, check in answer.json()["checks"].items() if check["ok"]] == [
        "database",
        "migrations",
        "sweep",
        "disk",
    ]


def test_not_ready_while_a_migration_is_missing(client, swept, monkeypatch):
    missing = [(SimpleNamespace(__str__=lambda: "surveys.0002"), False)]
    monkeypatch.setattr(checkup.MigrationExecutor, "migration_plan", lambda self, targets: missing)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"]["says"].startswith("1 migrations are not applied")


def test_not_ready_when_no_sweep_ran_for_long(client, swept):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sweep"]["says"] == "The last sweep ran 6 min ago."


def test_not_ready_when_the_disk_is_nearly_full(client, swept, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=50 * 1024**2))
    assert client.get("/readyz").json()["checks"]["disk"]["says"] == "The state folder has 50 MiB free."


def test_without_a_database_ready_says_so_and_when_to_ask_again(client, broken_database):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer.json()["checks"]["database"]["says"] == "The database does not answer (OperationalError)."


def test_the_doctor_names_what_is_wrong_and_the_next_step(capsys):
    seen("worker", ago=timedelta(minutes=30))
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    said = capsys.readouterr().out
    assert end.value.code == 1
    assert "A worker was last seen 30 min ago (worker@host:1)." in said
    assert "Start one: celery -A vocplatform worker" in said
    assert "The scheduler has never been seen." in said


def test_the_doctor_is_content_when_all_is_good(capsys, monkeypatch):
    monkeypatch.setattr(checkup, "EVERYTHING", [checkup.check_database, checkup.check_disk])
    call_command("doctor")
    assert "All 2 checks are good." in capsys.readouterr().out


def test_the_doctor_without_a_database_still_examines_what_needs_none(broken_database, capsys):
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "The database does not answer" in said
    assert "MiB free" in said
    assert "never been seen" not in said


@pytest.mark.parametrize(
    ("overrides", "check", "words"),
    [
        ({"SECRET_KEY": "short"}, checkup.check_secret_key, "SECRET_KEY has only 5 characters."),
        ({"PUBLIC_URL": "http://voc.example.org"}, checkup.check_public_url, "start with http://voc.example.org"),
        ({"PUBLIC_URL": "https://voc.example.org", "EMAIL_URL": ""}, checkup.check_mail, "leaves to nobody"),
        (
            {"PUBLIC_URL": "https://voc.example.org", "DEBUG": True, "SECRET_KEY": "x" * 50},
            checkup.check_secret_key,
            "DEBUG is on",
        ),
        (
            {"EMAIL_URL": "smtp://127.0.0.1:1", "DEFAULT_FROM_EMAIL": "voc@localhost"},
            checkup.check_mail,
            "an address at localhost",
        ),
    ],
)
def test_unsafe_settings_are_found(settings, overrides, check, words):
    for name, value in overrides.items():
        setattr(settings, name, value)
    finding = check(timezone.now())
    assert not finding.is_good
    assert words in finding.says
    assert finding.next_step


def test_a_silent_mail_server_is_found(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.DEFAULT_FROM_EMAIL = "voc@example.org"
    finding = checkup.check_mail(timezone.now())
    assert (finding.is_good, finding.says) == (False, "The mail server 127.0.0.1 refuses us (ConnectionRefusedError).")


def test_a_silent_broker_is_found(settings, tmp_path):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/nobody.sock"
    finding = checkup.check_broker(timezone.now())
    assert not finding.is_good
    assert "answers are kept and wait" in finding.says


def test_metrics_are_for_this_machine_unless_there_is_a_token(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 401


def test_a_proxy_on_this_machine_opens_the_metrics_to_nobody(client):
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 401


def test_with_a_token_only_the_token_opens_the_metrics(client, settings):
    settings.METRICS_TOKEN = "let-me-see"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer let-me-seé"}).status_code == 401
    ours = client.get("/metrics", headers={"authorization": "Bearer let-me-see"}, REMOTE_ADDR="192.0.2.7")
    assert ours.status_code == 200


def test_metrics_show_the_age_of_the_newest_heartbeat_of_each_kind(client):
    seen("worker", ago=timedelta(seconds=90))
    Heartbeat.objects.create(name="worker@host:2", kind="worker", beat_at=timezone.now() - timedelta(seconds=10))
    shown = figures(client)
    assert 10 <= shown['voc_heartbeat_age_seconds{kind="worker"}'] < 20
    assert shown['voc_processes{kind="worker"}'] == 1


def test_metrics_show_what_waits_and_since_when(client):
    stage = Stage.objects.create(journey=Journey.objects.create(name="Buying", slug="buying"), name="Pay", slug="pay")
    touchpoint = Touchpoint.objects.create(stage=stage, name="Checkout", slug="checkout")
    now = timezone.now()
    TouchpointEvent.objects.create(
        source=Source.objects.create(name="Shop", slug="shop"),
        event_id="1",
        touchpoint=touchpoint,
        occurred_at=now,
        received_at=now - timedelta(seconds=40),
    )
    shown = figures(client)
    assert shown['voc_waiting_rows{what="event"}'] == 1
    assert 40 <= shown['voc_oldest_due_seconds{what="event"}'] < 50
    assert shown['voc_oldest_due_seconds{what="delivery"}'] == 0
    assert shown['voc_unknown_sends{what="delivery"}'] == 0


def figures(client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_the_alarms_that_the_operators_page_advises_rest_on_figures_that_exist(client, settings):
    seen("worker", ago=timedelta(seconds=10))
    page = (settings.BASE_DIR / "docs/operating.md").read_text()
    shown = {name.split("{")[0] for name in figures(client)} | {"voc_unknown_sends"}
    assert set(re.findall(r"\bvoc_[a-z_]+", page)) <= shown


def test_without_a_database_a_customers_page_says_so_in_the_browsers_language(client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", refuse)
    client.raise_request_exception = False
    answer = client.get("/c/counter/", headers={"accept-language": "de"})
    assert answer.status_code == 503 and '<html lang="de"' in answer.content.decode()
    assert "Im Moment können wir diese Seite nicht öffnen." in answer.content.decode()


def test_a_rule_whose_date_nobody_holds_or_nobody_can_read_is_said():
    now = timezone.now()
    rule = rows.rule(rows.touchpoint("renewal"), rows.survey(), date_field="renewal_on")
    call_by_dates(now=now)
    assert f"{rule}: 0 customers have" in checkup.check_dates(now).says
    rows.customer(attributes={"renewal_on": "soon"})
    call_by_dates(now=now)
    assert "1 hold something that is no date" in checkup.check_dates(now).says
    Customer.objects.update(attributes={"renewal_on": "2027-03-01"})
    call_by_dates(now=now)
    assert checkup.check_dates(now).is_good
