"""Reading the environment: small helpers that settings.py is made of."""

import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import structlog

SECRETS = (
    "SECRET_KEY",
    "PEPPER",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SMS_GATEWAY_TOKEN",
    "INVITATION_WEBHOOK_SECRET",
    "METRICS_TOKEN",
)
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


def read_secret_files() -> None:
    """Take NAME from the file named by NAME_FILE, the way container secrets are handed over."""
    for name in SECRETS:
        path = os.environ.get(f"{name}_FILE")
        if path and not os.environ.get(name):
            os.environ[name] = Path(path).read_text().strip()


def drop_empty() -> None:
    """An empty variable means that nothing was set."""
    for name in [name for name, value in os.environ.items() if value == ""]:
        del os.environ[name]


def kept_secret(path: Path) -> str:
    """A secret made at the first start and kept beside the data; a service of several hosts sets its own."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def hosts_of(public_url: str) -> list[str]:
    host = urlsplit(public_url).hostname or "localhost"
    return sorted({host, "localhost", "127.0.0.1", "[::1]"})


def embedded_socket(state_dir: Path) -> Path:
    """Where the embedded broker listens; a long state folder gets a short stand-in below the temporary folder."""
    path = state_dir / "broker" / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    import hashlib
    import tempfile

    name = hashlib.sha256(str(state_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"voc-{name}" / "valkey.sock"


def embedded_broker_url(state_dir: Path) -> str:
    return f"redis+socket://{embedded_socket(state_dir)}"


def structlog_config() -> dict:
    return {
        "processors": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        "logger_factory": structlog.stdlib.LoggerFactory(),
        "cache_logger_on_first_use": True,
    }


def logging_config(level: str, style: str) -> dict:
    from vocplatform.lib import logs

    last = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    logs.mask_secrets,
                    last,
                ],
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.add_log_level,
                    structlog.processors.format_exc_info,
                ],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
            "axes": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


logging.captureWarnings(True)
