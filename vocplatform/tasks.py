from celery import shared_task
from django.utils import timezone

from vocplatform.models import Heartbeat


@shared_task
def beat_heartbeat() -> None:
    """Prove that beat asks and a worker answers."""
    Heartbeat.objects.update_or_create(name="sweep", defaults={"kind": "sweep", "beat_at": timezone.now()})
