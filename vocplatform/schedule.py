"""The whole beat schedule, and which queue a task waits in. Beat only says “sweep now”; every sweep may run twice."""

SECOND, MINUTE, HOUR = 1, 60, 3600

FLAGS = (
    "loop.tasks.triage_response",
    "loop.tasks.send_notices",
    "loop.tasks.send_notice",
    "feedback.tasks.score_response",
)
BULK = (
    "feedback.tasks.score_backlog",
    "feedback.tasks.rebuild_rollups",
    "feedback.tasks.recount_rollups",
    "feedback.tasks.make_export",
    "feedback.tasks.count_customers",
    "feedback.tasks.find_themes_again",
    "feedback.tasks.discover_themes",
    "loop.tasks.open_late",
)

SWEEPS = {
    # task                                       every
    "surveys.tasks.sweep_events": 15 * SECOND,
    "surveys.tasks.sweep_dates": 15 * MINUTE,
    "surveys.tasks.sweep_deliveries": 15 * SECOND,
    "surveys.tasks.sweep_stuck_deliveries": MINUTE,
    "surveys.tasks.sweep_reminders": 5 * MINUTE,
    "surveys.tasks.sweep_expired": 5 * MINUTE,
    "surveys.tasks.sweep_erased": 5 * MINUTE,
    "feedback.tasks.sweep_unscored": 15 * SECOND,
    "feedback.tasks.sweep_unthemed": 15 * SECOND,
    "feedback.tasks.sweep_dirty_buckets": 15 * SECOND,
    "feedback.tasks.sweep_invitations": 2 * MINUTE,
    "feedback.tasks.recount_rollups": 24 * HOUR,
    "feedback.tasks.discover_themes": 24 * HOUR,
    "feedback.tasks.sweep_exports": MINUTE,
    "feedback.tasks.sweep_digests": 5 * MINUTE,
    "feedback.tasks.sweep_customers": HOUR,
    "feedback.tasks.sweep_segments": HOUR,
    "feedback.tasks.sweep_driver_studies": MINUTE,
    "feedback.tasks.sweep_erased": 5 * MINUTE,
    "feedback.tasks.sweep_facts": MINUTE,
    "feedback.tasks.recheck_facts": 24 * HOUR,
    "feedback.tasks.watch_metrics": 24 * HOUR,
    "loop.tasks.sweep_erased": 5 * MINUTE,
    "loop.tasks.sweep_untriaged": 15 * SECOND,
    "loop.tasks.sweep_late_openings": MINUTE,
    "loop.tasks.sweep_notices": 15 * SECOND,
    "loop.tasks.sweep_messages": 15 * SECOND,
    "loop.tasks.sweep_calls": 15 * SECOND,
    "loop.tasks.sweep_alerts": HOUR,
    "loop.tasks.sweep_alert_cases": HOUR,
    "loop.tasks.sweep_recoveries": MINUTE,
    "loop.tasks.sweep_unplaced": MINUTE,
    "loop.tasks.watch_playbooks": HOUR,
    "loop.tasks.sweep_news": MINUTE,
    "loop.tasks.sweep_favours": MINUTE,
    "loop.tasks.sweep_read_outs": HOUR,
    "loop.tasks.watch_sla": MINUTE,
    "loop.tasks.sweep_unowned": MINUTE,
    "loop.tasks.sweep_silence": 24 * HOUR,
    "vocplatform.tasks.beat_heartbeat": 15 * SECOND,
    "vocplatform.tasks.empty_log": HOUR,
}

# Measured by the clock of whoever takes it: a shorter time would be over at once where a worker's clock is ahead.
STALE_SECONDS = 15 * MINUTE

BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": max(seconds, STALE_SECONDS)}}
    for task, seconds in SWEEPS.items()
}


def route(name: str, args=None, kwargs=None, options=None, task=None, **rest) -> dict:
    if name in FLAGS:
        return {"queue": "flags"}
    return {"queue": "bulk" if name in BULK else "default"}
