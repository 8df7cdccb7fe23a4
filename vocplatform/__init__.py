"""The hall: settings, URLs, roles, schedule and wiring know all floors."""

from vocplatform.celery import app as celery_app

__all__ = ["celery_app"]
