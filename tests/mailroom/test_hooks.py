"""Other services are told that something waits, and nothing else."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.negotiation.services.comments import comment
from jointlab.common.errors import NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.mailroom.models import Failure, Hook
from jointlab.mailroom.posting.addresses import SERVICES, Refused, is_public, understand
from jointlab.mailroom.services.hooks import NotPosted, add_hook, remove_hook, ring, ring_hooks_of
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.mailroom.make import ROBOT, SECRET, make_told, want

PAGE = "/en/account/notifications/"
KEY = "3f1a7c2e-1111-4222-8333-1234567890ab"
FLOW = "643e69f83c8944438d68119179a10a64"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        (ROBOT, "dingtalk"),
        (f"dingtalk://{SECRET}/", "dingtalk"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", "feishu"),
        (f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}", "lark"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "wecombot"),
        (f"workflows://example.logic.azure.com/{FLOW}/{SECRET}", "workflow"),
        (
            (
                f"https://prod-1.westeurope.logic.azure.com:443/workflows/{FLOW}/triggers/manual/"
                f"paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SECRET}"
            ),
            "workflow",
        ),
        ("mailtos://user:word@mail.example.org?to=me@example.org", "mailtos"),
    ],
)
def test_addresses_of_the_services_are_taken_as_people_have_them(text: str, service: str) -> None:
    assert understand(text).service == service
    assert service in SERVICES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "file:///etc/passwd",
        "json://10.0.0.1/",
        "xml://example.org/",
        "http://oapi.dingtalk.com/robot/send?access_token=a",
        "https://example.org/hook",
        "https://[::1",
        "mailto://user:word@mail.example.org",
        "apprise://example.org/token",
        f"dingtalk://{SECRET}\n/",
        f"dingtalk://{SECRET}/?verify=no",
        f"workflows://example.org/{FLOW}/{SECRET}?template=/etc/passwd",
        f"workflows://example.org/{FLOW}/{SECRET}?redirect=yes",
        "mailtos://user:word@example.org?smtp=10.0.0.1",
        "https://oapi.dingtalk.com.example.org/robot/send?access_token=a",
        f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}/?verify=no",
    ],
)
def test_whatever_else_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        understand(text)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1"),
        *("::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1", "ff02::1", "nonsense"),
    ],
)
def test_a_private_address_is_private_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.django_db
def test_a_service_is_added_and_its_address_never_shown(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    answer = client.post(f"{PAGE}services/add/", {"credential": ROBOT}, follow=True)
    assert "DingTalk" in answer.content.decode()
    assert SECRET not in answer.content.decode()
    hook = Hook.objects.get()
    assert SECRET not in hook.sealed
    entry = Entry.objects.get(chain=cast.dean.pk)
    assert entry.event == "mailroom.hook_added"
    assert SECRET not in entry.record
    [job] = ProcrastinateJob.objects.filter(task_name="mailroom.ring")
    assert job.args == {"hook": str(hook.pk)}


@pytest.mark.django_db
def test_an_address_that_is_refused_is_not_written_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    typed = f"json://{SECRET}.example.org/"
    page = client.post(f"{PAGE}services/add/", {"credential": typed}).content.decode()
    assert "This is not an address of one of the services below." in page
    assert SECRET not in page
    assert not Hook.objects.exists()


@pytest.mark.django_db
def test_an_address_whose_form_outlived_the_sign_in_is_not_kept(cast: Cast, client: Client) -> None:
    client.post(f"{PAGE}services/add/", {"credential": ROBOT})
    assert SECRET not in str(dict(client.session))


@pytest.mark.django_db
def test_the_page_says_that_none_was_tried_live(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    page = client.get(f"{PAGE}services/add/").content.decode()
    assert "none of these services could be tried live" in page


@pytest.mark.django_db
def test_five_services_are_enough(cast: Cast) -> None:
    for _ in range(5):
        add_hook(by=cast.dean, address=ROBOT)
    with pytest.raises(Refusal, match="At most 5"):
        add_hook(by=cast.dean, address=ROBOT)


@pytest.mark.django_db
def test_a_service_is_removed_by_whose_it_is(cast: Cast, client: Client) -> None:
    hook = add_hook(by=cast.dean, address=ROBOT)
    with pytest.raises(NotVisible):
        remove_hook(by=cast.vice_president, hook=hook)
    client.force_login(cast.dean)
    client.post(f"{PAGE}services/{hook.pk}/remove/")
    assert not Hook.objects.exists()
    assert Entry.objects.filter(chain=cast.dean.pk, event="mailroom.hook_removed").exists()
    ring(hook=str(hook.pk))  # what was queued before says nothing


@pytest.mark.django_db
def test_several_letters_within_a_minute_are_one_message(cast: Cast) -> None:
    add_hook(by=cast.dean, address=ROBOT)
    ring_hooks_of(cast.dean)
    ring_hooks_of(cast.dean)
    assert ProcrastinateJob.objects.filter(task_name="mailroom.ring").count() == 1


@pytest.mark.django_db
def test_a_letter_that_is_sent_has_it_said_there(cast: Cast) -> None:
    agreement = make_told(cast)
    add_hook(by=cast.division_head, address=ROBOT)
    want(cast.division_head, comments="now")
    comment(by=cast.dean, agreement=agreement, text="Why?")
    calls: list[str] = []
    with (
        mock.patch(
            "jointlab.mailroom.services.writing.ring_hooks_of", lambda p: calls.append(p.pk)
        ),
        mock.patch("jointlab.mailroom.services.hooks.ring"),
    ):
        run_jobs()
    assert calls == [cast.division_head.pk]


class Service(HTTPServer):
    """A service of another make on this machine, over TLS."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.status, self.onward = 202, ""
        super().__init__(("127.0.0.1", 0), Answering)


class Answering(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        """Keep what was said."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.said.append(json.loads(body))
        self.send_response(self.server.status)
        if self.server.onward:
            self.send_header("Location", self.server.onward)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "public.pem").write_bytes(pem)
    (tmp_path / "both.pem").write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "public.pem"))
    server = Service()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def flow(service: Service, host: str) -> str:
    return f"workflows://{host}:{service.server_port}/{FLOW}/{SECRET}"


@pytest.mark.django_db
def test_what_is_posted_is_that_something_waits_and_where(
    cast: Cast, service: Service, settings: Any
) -> None:
    settings.HOOK_HOSTS = ["localhost"]
    hook = add_hook(by=cast.dean, address=flow(service, "localhost"))
    ring(hook=str(hook.pk))
    [said] = service.said
    text = json.dumps(said)
    assert "Something waits for you:" in text
    assert "/en/desk/" in text
    assert "Northlake" not in text
    assert "dean" not in text.lower()
    hook.refresh_from_db()
    assert hook.sent_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_private_network_is_not_posted_to(cast: Cast, service: Service, host: str) -> None:
    hook = add_hook(by=cast.dean, address=flow(service, host))
    with pytest.raises(NotPosted, match="private network"):
        ring(hook=str(hook.pk))
    assert service.said == []


@pytest.mark.django_db
def test_a_service_that_sends_one_on_is_not_followed(
    cast: Cast, service: Service, settings: Any
) -> None:
    settings.HOOK_HOSTS = ["localhost"]
    service.status, service.onward = 307, f"https://127.0.0.1:{service.server_port}/inside"
    hook = add_hook(by=cast.dean, address=flow(service, "localhost"))
    with pytest.raises(NotPosted):
        ring(hook=str(hook.pk))
    assert len(service.said) == 1


@pytest.mark.django_db
def test_a_message_that_failed_is_seen_by_whose_it_is(
    cast: Cast, service: Service, client: Client
) -> None:
    add_hook(by=cast.dean, address=flow(service, "localhost"))
    with pytest.raises(NotPosted):
        run_jobs()
    assert Failure.objects.get().person == cast.dean
    client.force_login(cast.dean)
    page = client.get("/en/notifications/undelivered/").content.decode()
    assert "Message to another service" in page
    assert SECRET not in page
