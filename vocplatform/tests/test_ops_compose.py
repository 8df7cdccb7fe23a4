"""No container engine runs here: the file is held to the schema, and every command line in it is run as it stands."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from vocplatform.supervisor import parts
from vocplatform.tests import compose, throwaway

OWN = ("migrate", "web", "worker", "worker-flags", "beat")
FILLED_IN = {"POSTGRES_PASSWORD": "p", "SECRET_KEY": "s", "PEPPER": "p", "PUBLIC_URL": "https://voc.example.org"}
READY_SECONDS = 60


@pytest.fixture(scope="module")
def services():
    return compose.services(FILLED_IN)


def test_the_file_follows_the_compose_schema():
    check = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        compose.compose_path(),
    ]
    result = subprocess.run(check, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_file_names_every_part(services):
    assert set(services) == {*OWN, "postgres", "redis"}


@pytest.mark.parametrize("name", sorted(FILLED_IN))
def test_nothing_starts_without_the_secrets(name):
    with pytest.raises(compose.Unset, match=name):
        compose.services({key: value for key, value in FILLED_IN.items() if key != name})


def test_the_file_holds_no_secret():
    values = re.findall(
        r"^\s+\w*(?:SECRET|PASSWORD|PEPPER|TOKEN|KEY)\w*: (.*)$", compose.compose_path().read_text(), re.M
    )
    assert len(values) >= 5
    assert all(value.startswith("${") for value in values)


@pytest.mark.parametrize("name", [*OWN[1:], "postgres", "redis"])
def test_every_lasting_service_is_watched_and_comes_back(services, name):
    assert services[name]["healthcheck"]["test"]
    assert services[name]["restart"] == "unless-stopped"


def test_what_must_last_is_on_volumes(services):
    kept = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]}
    assert kept == set(yaml.safe_load(compose.compose_path().read_text())["volumes"]) == {"state", "database", "broker"}


@pytest.mark.parametrize("name", OWN)
def test_our_own_containers_may_do_little(services, name):
    assert services[name]["read_only"] is True
    assert services[name]["cap_drop"] == ["ALL"]


def test_the_web_server_is_started_as_the_run_command_starts_it(services):
    ours = parts.web(host="0.0.0.0", port=8000, processes=2, threads=4, env={}).command
    assert sorted(services["web"]["command"][1:]) == sorted(ours[3:])


def test_the_workers_together_serve_every_queue_and_none_twice(services):
    served = [
        queue
        for name in ("worker", "worker-flags")
        for option in services[name]["command"]
        if option.startswith("--queues=")
        for queue in option.removeprefix("--queues=").split(",")
    ]
    assert sorted(served) == sorted(parts.QUEUES.split(","))


def test_the_image_starts_the_web_server_that_the_file_starts(services):
    command = re.search(r'^CMD (\["gunicorn".*?\])', (settings.BASE_DIR / "Dockerfile").read_text(), re.M | re.S)
    assert yaml.safe_load(command[1].replace("\\\n", "")) == services["web"]["command"]


def test_the_image_does_not_run_as_root():
    assert re.search(r"^USER voc$", (settings.BASE_DIR / "Dockerfile").read_text(), re.M)


@pytest.mark.services
def test_the_exact_command_lines_make_a_platform_that_is_ready(tmp_path):
    """Every one of our services, started with its own line against a real database and broker, passes its own check."""
    port = str(throwaway.free_port())
    services = compose.services({**FILLED_IN, "WEB_PORT": port})
    with throwaway.database("compose") as database_url:
        env = container_env(services["web"], tmp_path, database_url)
        subprocess.run(services["migrate"]["command"], env=env, cwd=settings.BASE_DIR, check=True)
        running = {name: start(services[name], env) for name in OWN[1:]}
        try:
            for name in running:
                assert becomes_healthy(services[name], env), f"{name} does not pass its own health check"
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            codes = {name: process.wait(timeout=30) for name, process in running.items()}
    assert codes == dict.fromkeys(running, 0)


@pytest.mark.services
def test_the_brokers_command_line_keeps_messages_and_refuses_to_drop_any(tmp_path):
    port = throwaway.free_port()
    where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    broker = subprocess.Popen([*compose.services(FILLED_IN)["redis"]["command"], *where], stdout=subprocess.DEVNULL)
    try:
        throwaway.wait_for_port(port)
        asked = ["redis-cli", "-p", str(port), "config", "get", "append*", "maxmemory-policy"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    finally:
        broker.terminate()
        broker.wait(timeout=10)
    settled = dict(zip(said[::2], said[1::2], strict=False))
    assert (settled["appendonly"], settled["appendfsync"]) == ("yes", "everysec")
    assert settled["maxmemory-policy"] == "noeviction"


def container_env(service: dict, state_dir: Path, database_url: str) -> dict[str, str]:
    """What the container would see, with the addresses of the servers at hand in place of its neighbours'."""
    inside = {name: str(value) for name, value in service["environment"].items()}
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(state_dir),
        **inside,
        "STATE_DIR": str(state_dir),
        "DATABASE_URL": database_url,
        "REDIS_URL": throwaway.redis_url(),
    }


def start(service: dict, env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(service["command"], env=env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)


def becomes_healthy(service: dict, env: dict[str, str]) -> bool:
    kind, *check = service["healthcheck"]["test"]
    command = check if kind == "CMD" else ["sh", "-c", *check]
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if subprocess.run(command, env=env, cwd=settings.BASE_DIR, capture_output=True).returncode == 0:
            return True
        time.sleep(1)
    return False
