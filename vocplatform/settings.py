"""Everything that an installation may decide comes from the environment; docs/settings.md lists it."""

import logging
import warnings
from pathlib import Path

import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from vocplatform.lib import env as conf

BASE_DIR = Path(__file__).resolve().parent.parent
env = conf.Environment()
ENV_FILE = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
env.read_file(ENV_FILE)
conf.read_secret_files()

STATE_DIR = conf.state_folder(Path(env.str("STATE_DIR", default=str(BASE_DIR / ".state"))))
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or conf.kept_secret(STATE_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PEPPER = env.str("PEPPER", default="") or conf.kept_secret(STATE_DIR / "pepper")
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip("/")
OWN_HOSTS = conf.hosts_of(PUBLIC_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=OWN_HOSTS)
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS: name the hosts; “*” would let a stranger choose the links in our mail.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
TRUSTED_PROXY_HOPS = env.int("TRUSTED_PROXY_HOPS", default=0)
IS_HTTPS = PUBLIC_URL.startswith("https://")
SENTIMENT_ENGINE = env.str("SENTIMENT_ENGINE", default="voc")
REDACT_ANSWERS = env.bool("REDACT_ANSWERS", default=True)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "bootstrap",
    "django_htmx",
    "django_structlog",
    "anymail",
    "axes",
    "csp",
    "surveys",
    "feedback",
    "loop",
    "vocplatform",
]

MIDDLEWARE = [
    "vocplatform.health.ProbesFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vocplatform.middleware.CustomerPages",
    "csp.middleware.CSPMiddleware",
    "vocplatform.middleware.AdminContentSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vocplatform.middleware.StaffPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "vocplatform.urls"
WSGI_APPLICATION = "vocplatform.wsgi.application"
ASGI_APPLICATION = "vocplatform.asgi.application"
APPEND_SLASH = False  # a redirected POST loses its body

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# Database -------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", default=STATE_DIR / "voc.sqlite3")}
DATABASES["default"].setdefault("OPTIONS", {})
SQLITE_SYNCHRONOUS = env.one_of("SQLITE_SYNCHRONOUS", ("FULL", "NORMAL", "OFF"), default="FULL")
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=8)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("CONN_MAX_AGE", 600)  # a new connection reads the whole schema first
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is erased is overwritten, and does not linger in the file until its space is needed.
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={SQLITE_SYNCHRONOUS}; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] |= {
        "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 15},
        "prepare_threshold": 2,  # only for vocplatform.lib.statements: Django's own cursors prepare nothing
        # Compiling a query takes PostgreSQL longer than it saves on answers to a page.
        "options": "-c statement_timeout=60000 -c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000 "
        "-c jit=off",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and workers ---------------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or conf.embedded_broker_url(STATE_DIR)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # what kills its worker would come back at once, again and again: sweeps do
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_RESULT_EXPIRES = None
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": not CELERY_BROKER_URL.startswith("redis+socket"),
    "health_check_interval": 25,
    "queue_order_strategy": "priority",
    "max_retries": 1,  # while publishing: the sweep is the second try
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
RATE_STORE_URL = CELERY_BROKER_URL  # where tries are counted for all processes together
WEB_BROKER_PATIENCE = {"socket_timeout": 1.5, "socket_connect_timeout": 1}  # a customer waits meanwhile; see wsgi.py
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ROUTES = "vocplatform.schedule.route"
CELERY_BEAT_SCHEDULER = "vocplatform.heartbeats:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_TIMEZONE = "UTC"

# People ---------------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXY_HOPS or None
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 60 * 60 * 12

# Language and time ----------------------------------------------------------------------------------------------------
# Staff pages speak LANGUAGE_CODE to everybody: no middleware follows the browser. Customers read the survey's language.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("fr", _("French")),
    ("pt-br", _("Portuguese (Brazil)")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
WEEK_START = conf.weekday(env.str("WEEK_START", default="monday"), variable="WEEK_START")
USE_I18N = True
USE_TZ = True

# Files ----------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
if WHITENOISE_USE_FINDERS:
    WHITENOISE_AUTOREFRESH = False
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)  # not collected: on purpose
    STORAGES_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
else:
    STORAGES_STATIC = "whitenoise.storage.CompressedStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STORAGES_STATIC},
}
MEDIA_ROOT = STATE_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # 200 questions with ten choices each come as one form

# Security -------------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = False
SECURE_SSL_REDIRECT = False  # the proxy's task: redirecting an API call would lose it
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the line above
    "security.W019",  # the designer shows its preview in a frame of our own
    "security.W021",  # a browser's preload list is the operator's own decision, for good
]
if TRUSTED_PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-voc_session" if IS_HTTPS else "voc_session"
CSRF_COOKIE_NAME = "__Host-voc_csrf" if IS_HTTPS else "voc_csrf"
CSRF_FAILURE_VIEW = "vocplatform.errors.answer_forged"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}

# Mail -----------------------------------------------------------------------------------------------------------------
SMTP_BACKEND = "vocplatform.lib.smtp.SmtpBackend"  # Django's, but it knows whether the content has left
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = env.email_url("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"].replace("django.core.mail.backends.smtp.EmailBackend", SMTP_BACKEND)
    EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST"), _mail.get("EMAIL_PORT")
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER"), _mail.get("EMAIL_HOST_PASSWORD")
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "vocplatform.lib.mail.FolderBackend"
MAIL_PROVIDER = env.str("MAIL_PROVIDER", default="")
ANYMAIL = env.dict("MAIL_PROVIDER_OPTIONS", default={})
if MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
MAIL_DIR = STATE_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Customer feedback <feedback@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="Customer feedback")
REFERRAL_URL = env.str("REFERRAL_URL", default="")  # where a promoter's link leads; empty: nobody is asked for one
ORGANISATION_ADDRESS = env.str("ORGANISATION_ADDRESS", default="")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
INVITATION_WEBHOOK_URL = env.str("INVITATION_WEBHOOK_URL", default="")
INVITATION_WEBHOOK_SECRET = env.str("INVITATION_WEBHOOK_SECRET", default="")
WEBHOOK_PRIVATE_HOSTS = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="")
MAILDIR = env.str("MAILDIR", default="")
CALL_BACK_HOURS = env.str("CALL_BACK_HOURS", default="")
UNOWNED_MINUTES = env.int("UNOWNED_MINUTES", default=60)
KEY_CUSTOMER_VALUE = env.int("KEY_CUSTOMER_VALUE", default=0)
SILENCE_DAYS = env.int("SILENCE_DAYS", default=90)
ALERT_CASES = env.one_of("ALERT_CASES", ("none", "threshold", "all"), default="threshold")
COMPLAINT_LIMIT_PERCENT = env.float("COMPLAINT_LIMIT_PERCENT", default=0.2)  # spam reports; receivers shut out at 0.3
HOLDOUT_PERCENT = env.float("HOLDOUT_PERCENT", default=3.0)  # customers who are never asked, to learn what asking does

# API and admin --------------------------------------------------------------------------------------------------------
EVENTS_PER_MINUTE = env.int("EVENTS_PER_MINUTE", default=6000)
LINK_ANSWERS_PER_MINUTE = env.int("LINK_ANSWERS_PER_MINUTE", default=120)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "surveys.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "surveys.api.problems.handle",
    "NUM_PROXIES": TRUSTED_PROXY_HOPS,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "vocplatform",
    "DESCRIPTION": "Events in, answers, cases and honest numbers out.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ChannelEnum": "surveys.models.channel.Channel",
        "AddressChannelEnum": "surveys.models.channel.AddressChannel",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Watching -------------------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOG_LEVEL = env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOG_FORMAT = env.one_of("LOG_FORMAT", ("json", "console"), default="json")
LOGGING = conf.logging_config(LOG_LEVEL, LOG_FORMAT)
structlog.configure(**conf.structlog_config())
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # a customer's address is personal data
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line per request and task is enough: the last one
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = TRUSTED_PROXY_HOPS > 0
env.refuse_unknown(ENV_FILE)

from vocplatform.admin_site import UNFOLD  # noqa: E402, F401  the tables stand on their own pages
from vocplatform.schedule import BEAT_SCHEDULE  # noqa: E402

CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
