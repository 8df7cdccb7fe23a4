"""Reading the environment: small helpers that settings.py is made of."""

import difflib
import errno
import hashlib
import logging
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured

SECRETS = (
    "SECRET_KEY",
    "PEPPER",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SMS_GATEWAY_TOKEN",
    "INVITATION_WEBHOOK_SECRET",
    "MAIL_PROVIDER_OPTIONS",
    "METRICS_TOKEN",
)
FALSE_STRINGS = ("0", "false", "off", "n", "no")
NAMES = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", re.M)
ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


SET_BY_NAME_ELSEWHERE = {  # read by `manage.py run`, docker-compose.yml or a web server, not by settings.py
    "HOST",
    "POSTGRES_PASSWORD",
    "VOC_IMAGE",
    "WEB_CONCURRENCY",
    "WEB_PORT",
    "WEB_THREADS",
    "WORKER_CONCURRENCY",
    "WORKER_FLAGS_CONCURRENCY",
}


class Environment(environ.Env):
    """Remembers what was asked for, and refuses in words what it cannot read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False):
        self.asked.add(var)
        given = self.ENVIRON.get(var, "")
        if cast is bool and given and given.lower() not in (*self.BOOLEAN_TRUE_STRINGS, *FALSE_STRINGS):
            raise ImproperlyConfigured(f"{var} is “{given}”; it must be 1 or 0.")
        try:
            return super().get_value(var, cast=cast, default=default, parse_default=parse_default)
        except ValueError as problem:
            raise ImproperlyConfigured(f"{var} is “{given}”; it must be a number.") from problem

    def one_of(self, var: str, choices: tuple[str, ...], *, default: str) -> str:
        given = self.str(var, default=default)
        if given not in choices:
            raise ImproperlyConfigured(f"{var} is “{given}”; it must be one of {', '.join(choices)}.")
        return given

    def database(self, var: str, *, default: Path) -> dict:
        """The database that the URL names, else an SQLite file. What is refused is not quoted: it holds a password."""
        url = self.str(var, default="")
        if not url:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}  # a folder may hold any sign
        try:
            named = environ.Env.db_url_config(url)
        except ValueError as problem:
            raise ImproperlyConfigured(f"{var} cannot be read: {problem}.") from problem
        if named.get("ENGINE") not in ENGINES:
            raise ImproperlyConfigured(f"{var} must start with postgres:// or sqlite:/// and name a database.")
        return named

    def read_file(self, path: Path) -> None:
        """Take from the file what the environment leaves open."""
        drop_empty()
        if path.exists():
            self.read_env(path)
        drop_empty()

    def refuse_unknown(self, path: Path) -> None:
        """Raise ImproperlyConfigured for a line of the file that no setting reads: it is a slip of the pen."""
        known = self.asked | SET_BY_NAME_ELSEWHERE | {f"{name}_FILE" for name in SECRETS}
        written = NAMES.findall(path.read_text()) if path.exists() else []
        for name in written:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ImproperlyConfigured(f"{path.name}: there is no setting {name}.{hint}")


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


def state_folder(path: Path) -> Path:
    """The folder for what is kept on this machine, made when it is missing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as problem:
        if problem.errno != errno.ENOSPC:  # a full disk stops no web server: /readyz and doctor say so
            raise ImproperlyConfigured(f"STATE_DIR: {path} cannot be used ({problem.strerror}).") from problem
    return path.resolve()


def kept_secret(path: Path) -> str:
    """A secret made at the first start and kept beside the data; a service of several hosts sets its own."""
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by us alone
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # of two processes that start together the first one decides
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def hosts_of(public_url: str) -> list[str]:
    """The host of the links we send, and this machine. Raises ImproperlyConfigured when it is no web address."""
    address = urlsplit(public_url)
    host = address.hostname
    if address.scheme not in {"http", "https"} or not host:
        raise ImproperlyConfigured(f"PUBLIC_URL is “{public_url}”; it must start with http:// or https:// and a host.")
    return sorted({host, "localhost", "127.0.0.1", "[::1]"})


def weekday(name: str, *, variable: str) -> int:
    """Monday is 0."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if name.strip().lower() not in days:
        raise ImproperlyConfigured(f"{variable} is “{name}”; it must be one of {', '.join(days)}.")
    return days.index(name.strip().lower())


def embedded_socket(state_dir: Path) -> Path:
    """Where the embedded broker listens; a long state folder gets a short stand-in below the temporary folder."""
    path = state_dir / "broker" / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
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
