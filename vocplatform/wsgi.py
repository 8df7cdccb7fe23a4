import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

from vocplatform import celery_app
from vocplatform.lib.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vocplatform.settings")

application = get_wsgi_application()

# The customer's page waits for a nudge at most this long, once; then the breaker of the hooks leaves the broker alone.
celery_app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | settings.WEB_BROKER_PATIENCE

# Loaded here, pages and templates belong to all processes; loaded by the first request, to each by itself.
get_resolver().url_patterns  # noqa: B018
engines.all()

settle()
