"""The command lines of the platform's own processes. docker-compose.yml starts the same programs."""

import sys

from vocplatform.supervisor.child import Part

QUEUES = "flags,default,bulk"
WEB_STOP_SECONDS = 12
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app=vocplatform")
GUNICORN = (
    sys.executable,
    "-m",
    "gunicorn",
    "vocplatform.wsgi:application",
    "--worker-class=gthread",
    "--no-control-socket",
    "--preload",
    "--max-requests=2000",
    "--max-requests-jitter=200",
    "--graceful-timeout=10",
)


def web(*, host: str, port: int, processes: int, threads: int, env: dict[str, str]) -> Part:
    command = [*GUNICORN, f"--bind={host}:{port}", f"--workers={processes}", f"--threads={threads}"]
    return Part("web", command, env, is_vital=True, stop_seconds=WEB_STOP_SECONDS)


def worker(*, processes: int, env: dict[str, str], queues: str = QUEUES) -> Part:
    command = [*CELERY, "worker", f"--queues={queues}", f"--concurrency={processes}"]
    command += ["--without-gossip", "--without-mingle", "--loglevel=INFO"]
    return Part("worker", command, env, stop_seconds=35)


def sweeper(*, env: dict[str, str]) -> Part:
    """In the place of worker and beat where there is no broker."""
    return Part("sweeper", [sys.executable, "-m", "django", "sweep"], env, stop_seconds=35)


def beat(*, env: dict[str, str]) -> Part:
    return Part("beat", [*CELERY, "beat", "--loglevel=WARNING", "--pidfile="], env, stop_seconds=5)
