"""The command lines of the platform's own processes. docker-compose.yml starts the same programs."""

import sys

from vocplatform.supervisor.child import Part

QUEUES = "flags,default,bulk"
WEB_STOP_SECONDS = 12
GUNICORN = (
    "--worker-class=gthread",
    "--no-control-socket",
    "--max-requests=2000",
    "--max-requests-jitter=200",
    "--graceful-timeout=10",
)


def web(*, host: str, port: int, processes: int, threads: int, env: dict[str, str]) -> Part:
    command = [sys.executable, "-m", "gunicorn", "vocplatform.wsgi:application", f"--bind={host}:{port}"]
    command += [f"--workers={processes}", f"--threads={threads}", *GUNICORN]
    return Part("web", command, env, is_vital=True, stop_seconds=WEB_STOP_SECONDS)


def worker(*, processes: int, env: dict[str, str]) -> Part:
    command = [sys.executable, "-m", "celery", "--app=vocplatform", "worker", f"--queues={QUEUES}"]
    command += [f"--concurrency={processes}", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
    return Part("worker", command, env, stop_seconds=35)


def beat(*, env: dict[str, str]) -> Part:
    command = [sys.executable, "-m", "celery", "--app=vocplatform", "beat", "--loglevel=WARNING", "--pidfile="]
    return Part("beat", command, env, stop_seconds=5)
