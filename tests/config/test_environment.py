"""What the variables mean, and what is said when one of them means nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jointlab.config.environment import Bucket, Environment, Mail
from jointlab.config.home import Unusable
from tests.config.running import environment, jointlab

SETTINGS = """
import json
from jointlab.config import settings as s
print(json.dumps([s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, s.ALLOWED_HOSTS]))
"""


def read(**variables: str) -> Environment:
    return Environment.read({f"JOINTLAB_{name}": value for name, value in variables.items()})


def test_nothing_needs_to_be_set() -> None:
    found = Environment.read({})
    assert (found.origin, found.proxies, found.time_zone) == (
        "http://localhost:8000",
        0,
        "Asia/Shanghai",
    )
    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert (found.mail, found.bucket, found.database_user) == (None, None, "")
    assert (found.tls_redirect, found.demonstration) == (False, False)


def test_what_is_set_empty_is_not_set() -> None:
    assert read(ORIGIN="", HOSTS=" ", PROXIES="", MAIL_HOST="", TIME_ZONE="") == read()


def test_the_origins_host_is_answered_unless_others_are_named() -> None:
    assert read(ORIGIN="https://lab.example.org/").hosts[-1] == "lab.example.org"
    assert read(ORIGIN="https://lab.example.org", HOSTS="a.org .b.org").hosts == ("a.org", ".b.org")
    assert read(ORIGIN="https://lab.example.org/").origin == "https://lab.example.org"


@pytest.mark.parametrize("said", ["1", "yes", "True", "on"])
def test_yes_is_said_in_several_ways(said: str) -> None:
    assert read(TLS_REDIRECT=said).tls_redirect
    assert read(MAIL_HOST="mail.org", MAIL_TLS=said).mail == Mail(
        "mail.org", 25, "", "", "starttls"
    )


@pytest.mark.parametrize("said", ["0", "no", "FALSE", "off"])
def test_and_so_is_no(said: str) -> None:
    assert not read(TLS_REDIRECT=said).tls_redirect
    assert read(MAIL_HOST="mail.org", MAIL_TLS=said).mail == Mail("mail.org", 25, "", "", "")


@pytest.mark.parametrize(
    ("port", "tls", "meant"),
    [
        ("", "", (25, "starttls")),
        ("587", "", (587, "starttls")),
        ("465", "", (465, "implicit")),
        ("465", "yes", (465, "implicit")),
        ("", "implicit", (465, "implicit")),
        ("2465", "implicit", (2465, "implicit")),
        ("465", "starttls", (465, "starttls")),
        ("465", "no", (465, "")),
    ],
)
def test_mail_is_encrypted_as_its_port_wants_it(
    port: str, tls: str, meant: tuple[int, str]
) -> None:
    mail = read(MAIL_HOST="mail.example.org", MAIL_PORT=port, MAIL_TLS=tls).mail
    assert mail
    assert (mail.port, mail.tls) == meant


def test_files_go_where_the_bucket_is() -> None:
    found = read(S3_BUCKET="lab", S3_ENDPOINT="https://s3.example.org", S3_REGION="eu").bucket
    assert found == Bucket("lab", "https://s3.example.org", "eu")
    assert read(S3_BUCKET="lab").bucket == Bucket("lab", None, None)


def test_hosts_inside_are_named_as_they_are_looked_up() -> None:
    assert read(HOOK_HOSTS="Relay.LAN [FD00::1]").hook_hosts == ("relay.lan", "fd00::1")
    assert read().hook_hosts == ()


def test_folders_are_meant_from_where_the_command_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = read(DATA="data", FONTS="fonts:/usr/share/fonts")
    assert found.data == str(tmp_path / "data")
    assert found.fonts == f"{tmp_path / 'fonts'}:/usr/share/fonts"


@pytest.mark.parametrize(
    ("name", "said", "what"),
    [
        ("ORIGIN", "lab.example.org", "say an address like https://"),
        ("ORIGIN", "https://example.org/lab", "below a path of another site it does not work"),
        ("ORIGIN", "https://lab.example.org:port", "Port"),
        ("HOSTS", "a.org,b.org", "a.org,b.org is no host name: say names alone, separated by"),
        ("HOSTS", "https://a.org", "is no host name"),
        ("HOSTS", "a.org:8000", "is no host name"),
        ("PROXIES", "one", "say a number from 0 to 9"),
        ("PROXIES", "-1", "say a number from 0 to 9"),
        ("TLS_REDIRECT", "maybe", "say yes or no"),
        ("DEMONSTRATION", "2", "say yes or no"),
        ("TIME_ZONE", "Mars/Olympus", "say a zone like Asia/Seoul"),
        ("TIME_ZONE", "../etc", "say a zone like Asia/Seoul"),
        ("MAIL_FROM", "lab", "say an address of mail"),
        ("MAIL_PORT", "smtp", "a port is a number"),
        ("MAIL_PORT", "65536", "a port is a number"),
        ("MAIL_TLS", "ssl", "say yes, starttls, implicit"),
        ("MAIL_HOST", "mail.org:25", "without a port"),
        ("HOOK_HOSTS", "relay.lan:8443", "without a port"),
        ("HOOK_HOSTS", "*", "say a host's name or address"),
        ("S3_ENDPOINT", "s3.example.org", "say an address like https://"),
    ],
)
def test_what_means_nothing_is_refused_by_name(name: str, said: str, what: str) -> None:
    rest = {"MAIL_HOST": "mail.example.org", "S3_BUCKET": "lab"} | {name: said}
    with pytest.raises(Unusable) as refused:
        read(**rest)
    assert str(refused.value).startswith(f"JOINTLAB_{name}={said}: ")
    assert what in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
@pytest.mark.parametrize("said", ["sqlite:///secret", "secret", "mysql://u:secret@h/d", "http://["])
def test_an_address_of_no_postgresql_is_refused_and_not_repeated(name: str, said: str) -> None:
    with pytest.raises(Unusable, match=f"^{name}: an address is postgresql://") as refused:
        Environment.read({name: said})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("line", [("serve",), ("manage", "check")])
def test_a_command_says_so_in_one_line_and_starts_nothing(
    tmp_path: Path, line: tuple[str, ...]
) -> None:
    refused = jointlab(tmp_path / "home", *line, JOINTLAB_PROXIES="many")
    assert refused.returncode == 2
    assert refused.stderr == "jointlab: JOINTLAB_PROXIES=many: say a number from 0 to 9\n"
    assert not (tmp_path / "home" / "database").exists()


def test_settings_are_what_the_variables_say(tmp_path: Path) -> None:
    said = environment(
        tmp_path / "home",
        JOINTLAB_MAIL_HOST="mail.example.org",
        JOINTLAB_MAIL_PORT="465",
        JOINTLAB_HOSTS="lab.example.org",
    )
    line = [sys.executable, "-c", SETTINGS]
    done = subprocess.run(line, env=said, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [465, False, True, ["lab.example.org"]]
