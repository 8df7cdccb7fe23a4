import os

import structlog
from celery import Celery
from celery.signals import worker_process_init
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep

from vocplatform.lib import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")

app = Celery("vocplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id goes along into the task's log lines


@receiver(bind_extra_task_metadata)
def name_task(task, **_) -> None:
    """Every line that a task logs says which task it was."""
    structlog.contextvars.bind_contextvars(task=task.name)


@receiver(worker_process_init)
def settle(**_) -> None:
    memory.settle()
