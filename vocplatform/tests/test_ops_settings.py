"""Settings, their page, their example and the compose file say the same."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

from vocplatform.lib import env as conf
from vocplatform.settings import env

NAMED_IN_TABLES = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.M)
COMPOSE_VARIABLE = re.compile(r"\$\{(\w+)")


def read(name: str) -> str:
    return (settings.BASE_DIR / name).read_text()


def rows() -> dict[str, tuple[str, str]]:
    return {name: (default, says) for name, default, says in NAMED_IN_TABLES.findall(read("docs/settings.md"))}


def start_with(**given: str) -> subprocess.CompletedProcess:
    """Load the settings in a process of their own, as a start does."""
    code = "from django.conf import settings; print(settings.PUBLIC_URL)"
    inside = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "vocplatform.settings", "ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "-c", code], env={**inside, **given}, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


def test_every_setting_has_a_row_and_every_row_a_setting():
    assert set(rows()) == env.asked | conf.SET_BY_NAME_ELSEWHERE


def test_no_setting_is_explained_twice():
    named = [name for name, *_ in NAMED_IN_TABLES.findall(read("docs/settings.md"))]
    assert len(named) == len(set(named))


def test_the_example_lists_exactly_the_settings():
    assert set(re.findall(r"^#([A-Z_]+)=", read(".env.example"), re.M)) == set(rows())


def test_the_example_changes_nothing_until_somebody_fills_it_in():
    assert conf.NAMES.findall(read(".env.example")) == []


def test_the_compose_file_hands_over_only_settings_that_exist():
    compose = yaml.safe_load(read("docker-compose.yml"))
    handed = {name for service in compose["services"].values() for name in service.get("environment", {})}
    postgres_own = {"POSTGRES_USER", "POSTGRES_DB"}
    assert handed | set(COMPOSE_VARIABLE.findall(read("docker-compose.yml"))) <= set(rows()) | postgres_own


def test_all_secrets_may_come_from_files_and_the_page_says_so():
    assert all(f"`{name}`" in read("docs/settings.md").split("##")[0] for name in conf.SECRETS[1:])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PORT": "eighty"}, "PORT is “eighty”; it must be a number."),
        ({"DEBUG": "perhaps"}, "DEBUG is “perhaps”; it must be 1 or 0."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is “LOUD”; it must be one of DEBUG, INFO, WARNING, ERROR."),
        ({"PUBLIC_URL": "voc.example.org"}, "it must start with http:// or https:// and a host."),
        ({"ALLOWED_HOSTS": "*"}, "“*” would let a stranger choose the links in our mail."),
        (
            {"DATABASE_URL": "postgrs://voc:key@db/voc"},
            "DATABASE_URL must start with postgres:// or sqlite:/// and name a database.",
        ),
        ({"DATABASE_URL": "postgres://voc:key@db:port/voc"}, "Port could not be cast to integer value as 'port'."),
        ({"STATE_DIR": "/dev/null"}, "STATE_DIR: /dev/null cannot be used (File exists)."),
        ({"STATE_DIR": "/proc/voc"}, "STATE_DIR: /proc/voc cannot be used (No such file or directory)."),
    ],
)
def test_a_value_that_cannot_be_meant_stops_the_start_with_one_clear_line(given, says, tmp_path):
    started = start_with(**{"STATE_DIR": str(tmp_path), **given})
    assert started.returncode == 1
    assert started.stderr.splitlines()[-1].endswith(says)


def test_a_command_says_the_line_and_nothing_else(tmp_path):
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "STATE_DIR": str(tmp_path), "PORT": "eighty"}
    command = [sys.executable, "manage.py", "run"]
    said = subprocess.run(command, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (1, "PORT is “eighty”; it must be a number.\n")


def test_a_state_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "ü #1? 100%"
    assert conf.state_folder(folder) == folder
    assert conf.Environment().database("NOT_SET", default=folder / "voc.sqlite3")["NAME"] == f"{folder}/voc.sqlite3"


def test_an_unknown_name_in_the_file_stops_the_start_and_the_right_one_is_offered(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("DATABSE_URL=postgres://nowhere/none\n")
    started = start_with(STATE_DIR=str(tmp_path), ENV_FILE=str(file))
    assert "settings.env: there is no setting DATABSE_URL. Did you mean DATABASE_URL?" in started.stderr


def test_an_empty_value_counts_as_unset(tmp_path):
    assert start_with(STATE_DIR=str(tmp_path), PUBLIC_URL="", PORT="8199").stdout == "http://127.0.0.1:8199\n"


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("PUBLIC_URL=https://file.example.org\n")
    started = start_with(STATE_DIR=str(tmp_path), ENV_FILE=str(file), PUBLIC_URL="https://shell.example.org")
    assert started.stdout == "https://shell.example.org\n"


def test_a_secret_may_be_handed_over_as_a_file(monkeypatch, tmp_path):
    secret = tmp_path / "key"
    secret.write_text("from the file\n")
    monkeypatch.setenv("METRICS_TOKEN_FILE", str(secret))
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    conf.read_secret_files()
    assert os.environ.pop("METRICS_TOKEN") == "from the file"


def test_a_kept_secret_is_made_once_and_only_we_may_read_it(tmp_path):
    made = conf.kept_secret(tmp_path / "key")
    assert conf.kept_secret(tmp_path / "key") == made
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
