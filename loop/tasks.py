import time
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from feedback.models import Response
from feedback.services.setbacks import park_exhausted
from loop.models import Case, Favour, Initiative, LateOpening, Message, NewsLetter, Notice, Playbook, WebhookCall
from loop.services import (
    alert_cases,
    erasure,
    favours,
    initiatives,
    intake,
    late_openings,
    messages,
    news,
    notices,
    placements,
    recovery,
    silence,
    sla,
    stopping,
    unowned,
    webhooks,
)
from vocplatform.lib.periods import day_of

GRACE = timedelta(seconds=20)
BATCH = 500
BACKLOG_SECONDS = 20  # one task works at most this long, so that it ends before the worker's time limit
AGAIN = {"acks_late": True, "autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**AGAIN)
def triage_response(response_id: int) -> None:
    """Look at the one, then at whoever else waits: in a burst most of these tasks find nothing left to do."""
    intake.triage_response(response_id, now=timezone.now())
    end = time.monotonic() + BACKLOG_SECONDS
    while intake.triage_backlog(now=timezone.now()) and time.monotonic() < end:
        pass


@shared_task
def sweep_untriaged() -> None:
    now = timezone.now()
    park_exhausted(Response.objects.untriaged(now - GRACE), now=now)
    for pk in Response.objects.untriaged(now - GRACE).values_list("pk", flat=True)[:BATCH]:
        triage_response.delay(pk)


@shared_task(**AGAIN)
def open_late(run_id: int) -> None:
    end = time.monotonic() + BACKLOG_SECONDS
    while late_openings.continue_late_opening(run_id, now=timezone.now()):
        if time.monotonic() >= end:
            open_late.delay(run_id)
            return


@shared_task
def sweep_late_openings() -> None:
    for pk in LateOpening.objects.filter(finished_at__isnull=True).values_list("pk", flat=True):
        open_late.delay(pk)


@shared_task(**AGAIN)
def send_notices(case_id: int) -> None:
    """Send those of the one, then whatever else is due: in a burst most of these tasks find nothing left to do."""
    notices.send_notices(case_id, now=timezone.now())
    notices.send_due(now=timezone.now())


@shared_task(**AGAIN)
def send_notice(notice_id: int) -> None:
    notices.send_notice(notice_id, now=timezone.now())


@shared_task(**AGAIN)
def send_praise_notice(notice_id: int) -> None:
    notices.send_praise_notice(notice_id, now=timezone.now())


@shared_task
def sweep_notices() -> None:
    now = timezone.now()
    notices.give_back_stuck(now=now)
    for pk in Notice.objects.due(now).values_list("pk", flat=True)[:BATCH]:
        send_notice.delay(pk)
    for pk in notices.praise_due_alone(now=now).values_list("pk", flat=True)[:BATCH]:
        send_praise_notice.delay(pk)


@shared_task(**AGAIN)
def send_message(message_id: int) -> None:
    messages.send_message(message_id, now=timezone.now())


@shared_task
def sweep_messages() -> None:
    now = timezone.now()
    messages.settle_stuck(now=now)
    for pk in Message.objects.due(now).values_list("pk", flat=True)[:BATCH]:
        send_message.delay(pk)


@shared_task(**AGAIN)
def send_call(call_id: int) -> None:
    webhooks.send_call(call_id, now=timezone.now())


@shared_task(**AGAIN)
def tell_alert(alert_id: int) -> None:
    webhooks.tell_alert(alert_id)


@shared_task(**AGAIN)
def open_alert_case(alert_id: int) -> None:
    alert_cases.open_alert_case(alert_id, now=timezone.now())


@shared_task
def sweep_alert_cases() -> None:
    for pk in list(alert_cases.alerts_without_case(now=timezone.now()).values_list("pk", flat=True)):
        open_alert_case.delay(pk)


@shared_task
def sweep_alerts() -> None:
    for pk in webhooks.alerts_to_tell(now=timezone.now()):
        tell_alert.delay(pk)


@shared_task
def sweep_calls() -> None:
    now = timezone.now()
    webhooks.give_back_stuck(now=now)
    for pk in WebhookCall.objects.due(now).values_list("pk", flat=True)[:BATCH]:
        send_call.delay(pk)


@shared_task(**AGAIN)
def offer_recovery(case_id: int) -> None:
    recovery.offer_recovery(case_id, now=timezone.now())


@shared_task
def sweep_recoveries() -> None:
    for pk in Case.objects.owed_a_question(timezone.now() - GRACE).values_list("pk", flat=True)[:BATCH]:
        offer_recovery.delay(pk)


@shared_task(**AGAIN)
def place_case(case_id: int) -> None:
    """Place the one, then whoever else waits: in a burst most of these tasks find nothing left to do."""
    placements.place_case(case_id, now=timezone.now())
    placements.place_waiting(now=timezone.now())


@shared_task
def sweep_unplaced() -> None:
    placements.place_waiting(now=timezone.now())


@shared_task
def watch_playbooks() -> None:
    for pk in list(Playbook.objects.running().values_list("pk", flat=True)):
        stopping.settle_playbook(pk, now=timezone.now())


@shared_task(**AGAIN)
def send_news_letter(letter_id: int) -> None:
    news.send_news_letter(letter_id, now=timezone.now())


@shared_task
def sweep_news() -> None:
    now = timezone.now()
    news.settle_stuck(now=now)
    for pk in NewsLetter.objects.due(now).values_list("pk", flat=True)[:BATCH]:
        send_news_letter.delay(pk)


@shared_task(**AGAIN)
def send_favour(favour_id: int) -> None:
    favours.send_favour(favour_id, now=timezone.now())


@shared_task
def sweep_favours() -> None:
    now = timezone.now()
    favours.settle_stuck(now=now)
    for pk in Favour.objects.due(now).values_list("pk", flat=True)[:BATCH]:
        send_favour.delay(pk)


@shared_task(**AGAIN)
def read_out_initiative(initiative_id: int) -> None:
    initiatives.read_out(initiative_id, now=timezone.now())


@shared_task
def sweep_read_outs() -> None:
    today = day_of(timezone.now(), timezone.get_default_timezone())
    for pk in Initiative.objects.owed_a_read_out(today).values_list("pk", flat=True)[:BATCH]:
        read_out_initiative.delay(pk)


@shared_task
def sweep_silence() -> None:
    silence.open_silence_cases(now=timezone.now())


@shared_task
def sweep_unowned() -> None:
    unowned.report_unowned(now=timezone.now())


@shared_task
def watch_sla() -> None:
    sla.watch_sla(now=timezone.now())


@shared_task(**AGAIN)
def erase_customer(customer_id: int) -> None:
    erasure.erase_customer(customer_id)


@shared_task
def sweep_erased() -> None:
    for pk in erasure.cases_with_traces().values_list("customer_id", flat=True).distinct()[:BATCH]:
        erase_customer.delay(pk)
