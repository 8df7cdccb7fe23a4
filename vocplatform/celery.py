import os
import sys

import structlog
from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init
from django.db import close_old_connections
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep

from vocplatform.lib import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")

app = Celery("vocplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = (
    sys.maxsize
)  # Celery's own way ends the whole pool around every task; see lend_connections
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id goes along into the task's log lines


@receiver(bind_extra_task_metadata)
def name_task(task, **_) -> None:
    """Every line that a task logs says which task it was."""
    structlog.contextvars.bind_contextvars(task=task.name)


@receiver([task_prerun, task_postrun])
def lend_connections(task, **_) -> None:
    """Around a task as around a request: what is borrowed goes back, and what is broken is thrown away."""
    if not task.request.is_eager:
        close_old_connections()


@receiver(worker_process_init)
def settle(**_) -> None:
    memory.settle()
