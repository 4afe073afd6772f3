"""A real SMTP server on a loopback port, with what it received and what it should refuse."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    import trustme
    from aiosmtpd.smtp import SMTP, Envelope, Session

USERNAME, PASSWORD = "shop", "oud and musk"


@dataclass(frozen=True, slots=True)
class Letter:
    """One accepted mail: its envelope, its bytes as they came over the wire, and the same parsed."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    message: EmailMessage
    encrypted: bool
    """The bytes crossed a TLS connection."""
    peer: object
    """The connection it came over: the client's address and port."""


@dataclass(slots=True)
class MailServer:
    """A running server: where it listens, how to log in, what came in."""

    host: str = "127.0.0.1"
    port: int = 0
    username: str = ""
    """Empty where no login is asked."""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    """The authority that signed its certificate, in PEM: for `cafile=` or SSL_CERT_FILE."""
    letters: list[Letter] = field(default_factory=list)
    """Accepted mails, in order."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Replies to give instead of accepting: {"RCPT": "550 5.1.1 no such user"}, or by "MAIL" or "DATA"; for one
    recipient alone by "RCPT:a@x.example"."""

    def tls_context(self) -> ssl.SSLContext:
        """Return a client's context that trusts this server and checks its name."""
        return ssl.create_default_context(cafile=self.ca_file)


class _Postman:
    """What the server does with each command, in aiosmtpd's own signatures."""

    def __init__(self, mailbox: MailServer) -> None:
        self._mailbox = mailbox

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks its hooks up by these names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self._mailbox.refusals.get("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusals = self._mailbox.refusals
        if refusal := refusals.get("RCPT") or refusals.get(f"RCPT:{address}"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if refusal := self._mailbox.refusals.get("DATA"):
            return refusal
        self._mailbox.letters.append(_letter(envelope, session))
        return "250 2.0.0 accepted"


def _letter(envelope: Envelope, session: Session) -> Letter:
    content = envelope.content
    assert isinstance(content, bytes)
    return Letter(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        content=content,
        message=message_from_bytes(content, policy=policy.default),
        encrypted=session.ssl is not None,
        peer=session.peer,
    )


class _AnyFreePort(Controller):
    """Listens on port 0 and then learns which port that was: no search, so no race for it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _check_login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object) -> AuthResult:
    assert isinstance(login, LoginPassword)
    known = (login.login, login.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def plain_mail_server() -> Iterator[MailServer]:
    """Run a server that takes mail from anyone, unencrypted, as a development machine's does."""
    mailbox = MailServer()
    with _listening(mailbox, _AnyFreePort(_Postman(mailbox), mailbox.host, 0, server_hostname="localhost")):
        yield mailbox


@contextmanager
def tls_mail_server(authority: trustme.CA, ca_file: Path) -> Iterator[MailServer]:
    """Run a server that insists on STARTTLS and then on a login, as a provider's does."""
    mailbox = MailServer(username=USERNAME, password=PASSWORD, ca_file=ca_file)
    authority.cert_pem.write_to_path(ca_file)
    identity = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(mailbox.host, "localhost").configure_cert(identity)
    controller = _AnyFreePort(
        _Postman(mailbox),
        mailbox.host,
        0,
        server_hostname="localhost",
        tls_context=identity,
        require_starttls=True,
        auth_required=True,
        authenticator=_check_login,
    )
    with _listening(mailbox, controller):
        yield mailbox


@contextmanager
def _listening(mailbox: MailServer, controller: Controller) -> Iterator[None]:
    controller.start()
    try:
        mailbox.port = controller.port
        yield
    finally:
        controller.stop()


@dataclass(slots=True)
class MoodyServer:
    """A server with moods: what it answers to a command, or that it hangs up, over one of its connections."""

    port: int = 0
    heard: list[tuple[int, str]] = field(default_factory=list)
    """Each command, with the number of the connection it came over."""
    moods: dict[tuple[int, str], str] = field(default_factory=dict)
    """{(1, "MAIL"): "421 enough"}: what to answer on the first connection; "" hangs up. "." is the end of a mail."""
    mails: list[int] = field(default_factory=list)
    """Each mail it was given to its end, by connection, whether it then said so or not."""

    def verbs(self, connection: int) -> list[str]:
        """What came over a connection, in order."""
        return [verb for number, verb in self.heard if number == connection]

    def serve(self, client: socket.socket, number: int) -> None:
        """Talk to one client until somebody hangs up."""
        with client, client.makefile("rb") as lines:
            client.sendall(b"220 moody\r\n")
            for line in lines:
                verb = line.decode("ascii").split()[0].upper()
                self.heard.append((number, verb))
                answer = self.moods.get((number, verb), "354 go on" if verb == "DATA" else "250 ok")
                if answer.startswith("354"):
                    client.sendall(b"354 go on\r\n")
                    for content in lines:
                        if content == b".\r\n":
                            break
                    self.mails.append(number)
                    answer = self.moods.get((number, "."), "250 taken")
                if not answer:
                    return
                client.sendall(answer.encode("ascii") + b"\r\n")
                if verb == "QUIT":
                    return


@contextmanager
def moody_mail_server() -> Iterator[MoodyServer]:
    """Run a server whose moods can be set; every connection has a number, from 1."""
    server = MoodyServer()
    clients: list[threading.Thread] = []

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(threading.Thread(target=server.serve, args=(client, len(clients) + 1)))
            clients[-1].start()

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server.port = listener.getsockname()[1]
        accepting = threading.Thread(target=accept, args=(listener,))
        accepting.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    for thread in (accepting, *clients):
        thread.join(timeout=5)
