"""The pure core: one request in, one answer out, under one lock, by an injected clock. No network, no threads.

Every face of the fake (the SDK's HTTP client, a server, a transport) only carries bytes to `Core.handle` and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from threading import Lock
from time import sleep
from typing import NamedTuple, TypeVar

from gulf_payments.testing.fake_stripe import routes
from gulf_payments.testing.fake_stripe.errors import ApiError, ConnectionLostError, FakeStripeBug
from gulf_payments.testing.fake_stripe.faults import LOST_BEFORE, Fault, Faults, refusal
from gulf_payments.testing.fake_stripe.protocol import authentication
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.encoding import encoded
from gulf_payments.testing.fake_stripe.protocol.expansion import check_expand, expand
from gulf_payments.testing.fake_stripe.protocol.form import Decoded, decode
from gulf_payments.testing.fake_stripe.protocol.idempotency import IdempotencyKeys, Reply
from gulf_payments.testing.fake_stripe.protocol.parameters import read
from gulf_payments.testing.fake_stripe.state.account import Account, Audience
from gulf_payments.testing.fake_stripe.state.clock import Clock
from gulf_payments.testing.fake_stripe.state.identifiers import Identifiers

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers with lower-case names, body."""

_Result = TypeVar("_Result")
_TOO_LARGE = 1_000_000
_FORM = "application/x-www-form-urlencoded"


class _Request(NamedTuple):
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    id: str
    key: str | None  # the idempotency key, which only a POST has

    def parameters(self) -> Decoded:
        """The raw parameters: of the query, and for POST of the form."""
        if self.method != "POST":
            return decode(self.query)
        if len(self.body) > _TOO_LARGE:
            raise ApiError("Invalid request: the body is too large.", status=413)
        if self.body and _FORM not in self.headers.get("content-type", _FORM):
            raise ApiError(f"Invalid request (check that your POST content type is {_FORM}).")
        return decode(self.query) | decode(self.body) if self.query else decode(self.body)


class Core:
    """Both modes of one account behind one lock."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Identifiers,
        api_version: str,
        hosted_at: str,
        opening_balance: Mapping[str, int],
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._lock = Lock()
        self._accounts: dict[bool, Account] = {}
        self._keys = {False: IdempotencyKeys(), True: IdempotencyKeys()}
        self.api_version = api_version
        self._hosted_at = hosted_at
        self._opening_balance = opening_balance
        self.faults = Faults()

    def open(self, audience: Audience) -> None:
        """Open the account in both modes; `audience` hears of its events."""
        for livemode in (False, True):
            self._accounts[livemode] = Account(
                self._clock, self._ids, livemode, self.api_version, audience, self._hosted_at
            )
            self._accounts[livemode].ledger.available.update(self._opening_balance)
        self._accounts[True].sibling = self._accounts[False]
        self._accounts[False].sibling = self._accounts[True]

    def host_at(self, url: str) -> None:
        """Let the bank's pages lie under another address from now on."""
        with self._lock:
            self._hosted_at = url
            for account in self._accounts.values():
                account.hosted_at = url

    def reset(self, audience: Audience) -> None:
        """Begin anew in both modes: no objects but webhook endpoints, no idempotency keys, no faults."""
        with self._lock:
            former = dict(self._accounts)
            self.open(audience)
            for livemode, account in former.items():
                self._accounts[livemode].signing.update(account.signing)
                for endpoint in account.tables["webhook_endpoint"]:
                    self._accounts[livemode].add(endpoint)
            self._keys = {False: IdempotencyKeys(), True: IdempotencyKeys()}
            self.faults.clear()

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request.

        ConnectionLostError if a fault swallows the answer; FakeStripeBug if the fake itself is wrong.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        with self._lock:
            verb, identifier = method.upper(), self._ids.new("req")
            key = lowered.get("idempotency-key") if verb == "POST" else None
            request = _Request(verb, path, query, lowered, body, identifier, key)
            fault = self._fault_of(request)
            if fault is None or fault.kind != "slow":
                return self._answered(request, fault)
        return self._answered_late(request, fault.seconds)

    def _fault_of(self, request: _Request) -> Fault | None:
        # Faults befall the shop's requests; the driver's browser always gets through.
        from_browser = request.headers.get("authorization", "").startswith("Bearer pk_")
        return None if from_browser else self.faults.take(request.method, request.path)

    def _answered_late(self, request: _Request, seconds: float) -> Answer:
        """Wait with no lock held, as other requests go on, and only then carry the request out.

        Meanwhile its idempotency key is in use, and a second request with it is answered so at once.
        """
        keys = self._keys_of(request)
        with self._lock:
            first = keys is None or keys.begin(request.key or "")
        if first:
            sleep(seconds)
        with self._lock:
            if first and keys is not None:
                keys.end(request.key or "")
            return self._answered(request, None)

    def _keys_of(self, request: _Request) -> IdempotencyKeys | None:
        """Where the request's key is noted; None if it has none, or comes from nobody."""
        try:
            caller = authentication.identify(request.headers, browser_route=True)
        except ApiError:
            return None
        return self._keys[caller.livemode] if request.key else None

    def _answered(self, request: _Request, fault: Fault | None) -> Answer:
        try:
            return self._answer(request, fault)
        except ConnectionLostError:
            raise
        except Exception as bug:
            raise FakeStripeBug(f"{request.method} {request.path} broke the fake: {bug!r}") from bug

    def act(self, work: Callable[[Account], _Result], *, livemode: bool = False) -> _Result:
        """Do something that no API request does, such as opening a dispute, then whatever that makes due."""
        with self._lock:
            account = self._accounts[livemode]
            account.run_due()
            result = work(account)
            account.run_due()
            return result

    def owner(self, kind: str, identifier: str) -> bool | None:
        """The mode in which this object lives, or None."""
        for livemode, account in self._accounts.items():
            if account.find(kind, identifier) is not None:
                return livemode
        return None

    def next_due(self) -> int | None:
        """When something will happen by itself next, or None."""
        due = [account.timetable.next_due() for account in self._accounts.values()]
        return min((moment for moment in due if moment is not None), default=None)

    def run_due(self) -> None:
        """Let happen what is due by now."""
        with self._lock:
            for account in self._accounts.values():
                account.run_due()

    def _answer(self, request: _Request, fault: Fault | None) -> Answer:
        kind = None if fault is None else fault.kind
        if kind in LOST_BEFORE:
            raise ConnectionLostError(str(kind), f"{request.method} {request.path} never reached Stripe")
        version, livemode, replayed = self.api_version, False, False
        try:
            version = authentication.version(request.headers, self.api_version)
            route, ids = routes.find(request.method, request.path)
            caller = authentication.identify(request.headers, browser_route=route.browser)
            livemode = caller.livemode
            reply, replayed = self._reply(request, route, ids, caller, refusal(kind, request.key))
        except ApiError as error:
            reply = _refused(error, request.id, livemode=livemode)
        if kind == "timeout_after":
            raise ConnectionLostError(kind, f"{request.method} {request.path} was carried out, its answer lost")
        return reply.status, self._headers(request, reply, version, replayed=replayed), encoded(reply.value)

    def _reply(
        self,
        request: _Request,
        route: Route,
        ids: tuple[str, ...],
        caller: authentication.Caller,
        trouble: ApiError | None,
    ) -> tuple[Reply, bool]:
        """The answer, and whether it is one that was given before."""
        account = self._accounts[caller.livemode]
        account.run_due()
        raw = request.parameters()
        if trouble is not None and not trouble.began:
            raise trouble
        asked = (request.method, request.path, raw)
        if request.key:
            kept = self._keys[caller.livemode].find(request.key, asked, now=account.now)
            if kept is not None:
                return kept, True
        account.origin = {"id": request.id, "idempotency_key": request.key}
        call = Call(account, read(route.accepts, raw), ids, caller.from_browser)
        check_expand(route.answers, call.params.get("expand", ()))
        reply = _perform(route, call, request.id, trouble)
        if request.key and reply.executed:
            self._keys[caller.livemode].keep(request.key, asked, reply, now=account.now)
        account.run_due()
        return reply, False

    def _headers(self, request: _Request, reply: Reply, version: str, *, replayed: bool) -> dict[str, str]:
        headers = {
            "server": "nginx",
            "date": _http_date(int(self._clock().timestamp())),
            "content-type": "application/json",
            "request-id": request.id,
            "stripe-version": version,
        }
        if request.key:
            headers |= {"idempotency-key": request.key, "original-request": reply.request_id}
        if request.key and reply.executed:
            headers["stripe-should-retry"] = "false"
        if replayed:
            headers["idempotent-replayed"] = "true"
        headers |= reply.headers
        if reply.status == 401:  # noqa: PLR2004
            headers["www-authenticate"] = 'Bearer realm="Stripe"'
        return headers


def _perform(route: Route, call: Call, request_id: str, trouble: ApiError | None) -> Reply:
    try:
        if trouble is not None:
            raise trouble
        answer = route.handler(call)
        paths = call.params.get("expand")
        return Reply(200, expand(call.account, answer, paths) if paths else answer, request_id)
    except ApiError as error:
        return _refused(error, request_id, livemode=call.account.livemode)


def _refused(error: ApiError, request_id: str, *, livemode: bool) -> Reply:
    body = error.body(request_id, livemode=livemode)
    return Reply(error.status, body, request_id, executed=error.began, headers=error.headers)


@lru_cache(maxsize=4)
def _http_date(now: int) -> str:
    return formatdate(now, usegmt=True)
