"""The pretend Telegram's HTTP side: /bot<token>/<method> and /file/bot<token>/<path>, faults included."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import Any

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.peers.telegram_account import Account, Json
from tests.peers.telegram_call import Call, read_call
from tests.peers.telegram_delivery import Bell, Delivery
from tests.peers.telegram_faults import ApiError, Fault, Faults
from tests.peers.telegram_methods import Methods

_METHOD = re.compile(r"/bot(?P<token>[^/]*)/(?P<name>\w+)/?")
_FILE = re.compile(r"/file/bot(?P<token>[^/]*)/(?P<path>.+)")


class BotApi:
    """An ASGI application; every call of a method ends up in ``calls``, refused ones too."""

    def __init__(self, account: Account, delivery: Delivery, methods: Methods, faults: Faults, bell: Bell) -> None:
        self.calls: list[Call] = []
        self._account = account
        self._delivery = delivery
        self._methods = methods
        self._faults = faults
        self._bell = bell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response: Response | None = None
        fault = Fault()
        if hit := _METHOD.fullmatch(request.url.path):
            try:
                call, fault = await self._read(request, hit["token"], hit["name"])
            except ClientDisconnect:  # a bot that was killed in the middle of asking
                return
            if not fault.cut:
                response = await self._unless_gone(self._answer(call, fault), receive, call.method == "getUpdates")
            self._bell.ring()
        elif hit := _FILE.fullmatch(request.url.path):
            response = self._file(hit["token"], hit["path"])
        else:
            response = _refusal(ApiError(404, "Not Found"))
        if fault.drop or fault.cut:
            getattr(send, "__self__").transport.abort()  # noqa: B009 (uvicorn's request cycle; ASGI knows no hang-up)
            await receive()
        elif response is not None:
            await response(scope, receive, send)

    async def _read(self, request: Request, token: str, name: str) -> tuple[Call, Fault]:
        call = Call(self._methods.proper_name(name))
        try:
            self._admit(token)
            content_type = request.headers.get("content-type", "")
            call = read_call(call.method, request.url.query, content_type, await request.body())
        except ApiError as error:
            self.calls.append(call)
            return call, Fault(error)
        self.calls.append(call)
        call.fault = self._faults.take(call.method)
        return call, call.fault

    def _admit(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise ApiError(404, "Not Found")
        if token != self._account.token:
            raise ApiError(401, "Unauthorized")

    async def _answer(self, call: Call, fault: Fault) -> Response:
        try:
            if fault.error is not None:
                raise fault.error
            envelope = {"ok": True, "result": await self._methods.carry_out(call)}
            response = _json(envelope)
        except ApiError as error:
            response, envelope = _refusal(error), _envelope(error)
        call.status, call.answer = response.status_code, envelope
        if fault.delay:
            self._bell.ring()
            with contextlib.suppress(TimeoutError):
                await self._bell.until(lambda: self._delivery.closing, fault.delay)
        return response

    async def _unless_gone(self, answer: Any, receive: Receive, watch: bool) -> Response | None:
        """The answer; None if a watched client hung up first, as a poller does that is stopped."""
        if not watch:
            response: Response = await answer
            return response
        work, gone = asyncio.ensure_future(answer), asyncio.ensure_future(receive())
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)
        return None if work.cancelled() else work.result()

    async def reply_in_webhook(self, reply: httpx.Response) -> None:
        """Carries out the method that a bot names in its answer to a delivery, in any form; nobody hears the result."""
        call = read_call("", "", reply.headers.get("content-type", ""), reply.content)
        name = str(call.params.pop("method", ""))
        if not name or name.lower().startswith(("get", "setwebhook", "deletewebhook")):
            return
        call.method = self._methods.proper_name(name)
        self.calls.append(call)
        await self._answer(call, Fault())
        self._bell.ring()

    def _file(self, token: str, path: str) -> Response:
        found = [content for known, content in self._account.files.values() if known == path]
        if token != self._account.token or not found:
            return _refusal(ApiError(404, "Not Found"))
        return Response(found[0], media_type="application/octet-stream")


def _envelope(error: ApiError) -> Json:
    body: Json = {"ok": False, "error_code": error.status, "description": error.description}
    return body | {"parameters": error.parameters} if error.parameters else body


def _refusal(error: ApiError) -> Response:
    return _json(_envelope(error), error.status)


def _json(envelope: Json, status: int = 200) -> Response:
    # In ASCII, as Telegram does, so that half surrogate pairs travel too.
    return Response(json.dumps(envelope), status, media_type="application/json")
