"""What follows from what: the one table of hooks and the tasks that follow them."""

from celery import current_app
from django.utils.module_loading import import_string

from feedback import hooks as feedback
from loop import hooks as loop
from surveys import hooks as surveys
from vocplatform.lib.burst import Burst
from vocplatform.lib.hooks import Hook

FOLLOWERS = [
    (surveys.event_recorded, "surveys.tasks.process_event"),
    (surveys.customer_erased, "feedback.tasks.erase_customer"),
    (surveys.customer_erased, "loop.tasks.erase_customer"),
    (feedback.response_submitted, "feedback.tasks.score_response"),
    (feedback.response_scored, "loop.tasks.triage_response"),
    (feedback.response_scored, "feedback.tasks.find_themes"),
    (feedback.comment_corrected, "feedback.tasks.find_themes"),
    (feedback.themes_changed, "feedback.tasks.find_themes_again"),
    (feedback.segment_changed, "feedback.tasks.count_segment"),
    (feedback.export_asked, "feedback.tasks.make_export"),
    (feedback.driver_study_asked, "feedback.tasks.run_driver_study"),
    (loop.case_opened, "loop.tasks.send_notices"),
    (loop.case_opened, "loop.tasks.place_case"),
    (loop.cause_named, "loop.tasks.place_case"),
    (loop.case_escalated, "loop.tasks.send_notices"),
    (loop.notices_written, "loop.tasks.send_notices"),
    (loop.praise_routed, "loop.tasks.send_praise_notice"),
    (loop.message_written, "loop.tasks.send_message"),
    (feedback.alert_opened, "loop.tasks.tell_alert"),
    (feedback.alert_opened, "loop.tasks.open_alert_case"),
    (loop.late_opening_asked, "loop.tasks.open_late"),
    (loop.call_written, "loop.tasks.send_call"),
    (loop.case_closed, "loop.tasks.offer_recovery"),
]


# Tasks that take in whoever else waits: a rush sends them one message per so many seconds and not one per row.
IN_BURSTS = {
    "feedback.tasks.score_response": 0.05,
    "loop.tasks.triage_response": 0.05,
    "loop.tasks.send_notices": 0.2,
    "loop.tasks.place_case": 1.0,
    "feedback.tasks.find_themes": 2.0,
}


class TaskByName:
    """A task known by its name, so that the web process loads no worker code to nudge it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskByName) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def delay(self, pk: int) -> None:
        if current_app.conf.task_always_eager:
            import_string(self.name).delay(pk)
        else:
            current_app.send_task(self.name, args=[pk], ignore_result=True)


class TaskInBursts(TaskByName):
    def __init__(self, hook: Hook, name: str) -> None:
        super().__init__(name)
        single = TaskByName(name)
        self.burst = Burst(single.delay, lambda pk: hook.nudge(single, pk), seconds=IN_BURSTS[name])

    def delay(self, pk: int) -> None:
        if current_app.conf.task_always_eager:
            super().delay(pk)
        else:
            self.burst.nudge(pk)


def connect() -> None:
    for hook, name in FOLLOWERS:
        hook.follow(TaskInBursts(hook, name) if name in IN_BURSTS else TaskByName(name))
