"""`gulf-payments fake-stripe`, as a process: what it prints, how it serves, how it ends."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import stripe

from tests.fake_stripe.receivers import Counter, Posted
from tests.fake_stripe.serving import ask, eventually, tell

COMMAND = [sys.executable, "-c", "from gulf_payments.cli import main; main()", "fake-stripe"]
FORM = {"amount": 11500, "currency": "sar"}
ENDED_IN_SECONDS = 10


@dataclass
class Running:
    """A server process, and what it has printed so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    url: str = ""

    def hears(self, pattern: str) -> str:
        """Read on until a line matches; that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if re.search(pattern, line):
                return self.said[-1]
        raise AssertionError(f"{pattern!r} was not printed: {self.said}")

    def ends(self, number: signal.Signals) -> int:
        """Stop it with a signal; its exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=ENDED_IN_SECONDS)
        self.said += rest.splitlines()
        return self.process.returncode


@contextmanager
def running(*words: str) -> Iterator[Running]:
    """Run the command on a free port, until the block ends."""
    command = [*COMMAND, "--port", "0", *words]
    environment = {**os.environ, "COLUMNS": "60"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        server = Running(process)
        try:
            server.url = server.hears("listens on").rpartition(" ")[2]
            yield server
        finally:
            process.kill()


def refused(*words: str) -> str:
    """What the command prints when it cannot run: one line, and exit code 2."""
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_it_says_how_to_use_it() -> None:
    """The first lines tell the address, the SDK's setting and Stripe.js's address, each whole on a line of its own."""
    with running() as server:
        server.hears("Ctrl-C")
        said = "\n".join(server.said)
        assert f'stripe.StripeClient("sk_test_1", base_addresses={{"api": "{server.url}"}})' in said
        assert f"{server.url}/v3/" in said
        assert f"{server.url}/_fake/" in said


def test_it_is_up_in_a_moment() -> None:
    """A suite that starts it does not wait: to start, answer and stop takes under two seconds of a processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with running() as server:
        assert ask(f"{server.url}/_fake/health", headers={}).status == 200
        server.ends(signal.SIGTERM)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


def test_each_request_is_a_line_without_secrets() -> None:
    """Method, path, status and request id, readable in a pipe; no query, key or card, and no line for health."""
    with running() as server:
        ask(f"{server.url}/_fake/health")
        made = ask(f"{server.url}/v1/payment_intents", form=FORM).json
        line = server.hears("POST /v1/payment_intents")
        assert re.fullmatch(r"\d\d:\d\d:\d\d POST /v1/payment_intents 200 req_\w+", line)
        tell(server.url, "pay", intent=made["client_secret"], card="4000000000000002")
        ask(f"{server.url}/v1/payment_intents/{made['client_secret']}?client_secret={made['client_secret']}")
        assert f"/v1/payment_intents/{made['id']}_secret_… 4" in server.hears("_secret_")
        assert server.ends(signal.SIGTERM) == 0
        said = "\n".join(server.said)
        assert "health" not in said
        for secret in (made["client_secret"], "sk_test_shop", "4000000000000002"):
            assert secret not in said


def verify(posted: Posted, secret: str) -> None:
    """Check a webhook as the SDK does, its age too."""
    stripe.WebhookSignature.verify_header(posted.body.decode(), posted.signature, secret, tolerance=300)


def test_webhooks_go_out_by_themselves() -> None:
    """Each change is told to the URL at once, signed with the secret that is printed; what fails is tried again."""
    with Counter(status=503) as counter, running("--webhook", counter.url) as server:
        line = server.hears("whsec_")
        assert line.startswith(f"  webhook    {counter.url} signed with whsec_")
        ask(f"{server.url}/v1/payment_intents", form=FORM)
        failed = server.hears("webhook payment_intent.created").partition(" ")[2]
        assert re.fullmatch(rf"webhook payment_intent.created to {counter.url.partition('?')[0]} 503 evt_\w+", failed)
        counter.status = 200
        assert server.hears(" 200 evt_").split()[-1] == counter.got[0].event["id"]
        first, second = counter.got[0], counter.got[-1]
        assert (first.path, first.body) == ("/hooks/stripe?shop=1", second.body)
        assert second.signed_at > first.signed_at
        for posted in (first, second):
            verify(posted, line.rpartition(" ")[2])


def test_endpoints_of_your_own_secret_and_of_the_api() -> None:
    """Several URLs may share a secret; one that is registered by the API is written to as well."""
    with Counter() as first, Counter() as second, Counter() as third:
        words = ("--webhook", first.url, "--webhook", second.url, "--webhook-secret", "whsec_mine")
        with running(*words) as server:
            wanted = {"url": third.url, "enabled_events[]": "payment_intent.created"}
            ask(f"{server.url}/v1/webhook_endpoints", form=wanted)
            made = ask(f"{server.url}/v1/payment_intents", form=FORM).json
            tell(server.url, "pay", intent=made["id"])
            eventually(lambda: [len(counter.got) for counter in (first, second, third)] == [4, 4, 1])
            for posted in first.got + second.got:
                verify(posted, "whsec_mine")


def test_nothing_is_sent_out_into_the_world() -> None:
    """An example's address is no address of yours: the line says why nothing was sent there."""
    with running("--webhook", "https://shop.example/hook") as server:
        ask(f"{server.url}/v1/payment_intents", form=FORM)
        assert "private networks only" in server.hears("webhook payment_intent.created")


def test_time_goes_on() -> None:
    """A refund that is pending settles, and its webhook arrives, as soon as the clock is past its hour."""
    with Counter() as counter, running("--webhook", counter.url) as server:
        paid = ask(
            f"{server.url}/v1/payment_intents",
            form=FORM | {"confirm": "true", "payment_method": "pm_card_pendingRefund"},
        ).json
        ask(f"{server.url}/v1/refunds", form={"payment_intent": paid["id"]})
        tell(server.url, "advance", seconds=3598)
        eventually(lambda: "refund.updated" in counter.types)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told(number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it cleanly, in the middle of a request that a fault holds up, too."""
    with running() as server:
        tell(server.url, "faults/fail_next", kind="timeout_before")
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as held:
            held.sendall(b"GET /v1/charges HTTP/1.1\r\nAuthorization: Bearer sk_test_1\r\n\r\n")
            server.hears("timeout_before")
            assert server.ends(number) == 0
    assert server.said[-1] == "stopped"


def test_a_reader_that_leaves_does_not_stop_it() -> None:
    """`gulf-payments fake-stripe | head` keeps its server."""
    with running() as server:
        assert server.process.stdout is not None
        server.process.stdout.close()
        for _ in range(3):
            assert ask(f"{server.url}/v1/charges").status == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(ENDED_IN_SECONDS) == 0


def test_a_port_in_use_is_one_line() -> None:
    """A second server on the same port says so, and how to choose another."""
    with running() as server:
        port = server.url.rpartition(":")[2]
        assert refused("--port", port) == (
            f"ConfigurationError: cannot listen on port {port}: address already in use; choose another with --port"
        )


def test_a_malformed_webhook_address_is_one_line() -> None:
    """What no webhook can be posted to is refused at the start, with a secret or without."""
    for words in ((), ("--webhook-secret", "whsec_mine")):
        assert refused("--port", "0", "--webhook", "localhost/hook", *words).startswith(
            "ConfigurationError: --webhook localhost/hook: Not a valid URL"
        )


def test_a_version_that_never_was_is_one_line() -> None:
    """An API version that the fake does not speak is refused at the start."""
    assert "FakeStripe speaks API versions from" in refused("--api-version", "2020-08-27")


def test_the_same_seed_gives_the_same_ids() -> None:
    """Two runs with one seed make the same objects; the version asked for is answered in."""
    made = []
    for seed in ("7", "7", "8"):
        with running("--seed", seed, "--api-version", "2025-03-31.basil") as server:
            answer = ask(f"{server.url}/v1/payment_intents", form=FORM)
            assert answer.headers["Stripe-Version"] == "2025-03-31.basil"
            made.append(answer.json["id"])
    assert made[0] == made[1] != made[2]
