"""A real HTTP server of the OpenAI API with real log-probabilities of a tiny model; misbehaves when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch
from served_model import TinyModel


@dataclass
class Manners:
    """What the server does and does not do."""

    takes_ids: bool = True
    takes_extensions: bool = True
    """vLLM's own fields; else a request with them is refused."""
    adds_begin: bool = False
    """Puts a begin-of-text token before a text, counts it, and hides it from the echo."""
    gives_logprobs: bool = True
    off_by_one: bool = False
    chat_shape: bool = False
    """Like llama.cpp: log-probabilities of completions in the shape of chat, with ids, and never of the prompt."""
    half_characters: str | None = None
    """How a token that is part of a character is shown; None: as the tokenizer decodes it."""
    top_limit: int = 20
    choices_at_once: int = 1000
    context: int = 512
    key: str | None = None
    name: str = ""
    """The model's; other names are refused. Empty: any name will do."""
    faults: dict[int, str] = field(default_factory=dict)
    """Number of the request, from 0 -> what goes wrong with it."""
    fault: Callable[[dict[str, Any]], str | None] = lambda body: None
    """What goes wrong with a request of this body."""
    pause_s: float = 0.0
    """Retry-After of a fault '429'."""


class RefusalError(Exception):
    """Answered with HTTP 400."""


@dataclass
class TinyServer:
    """One server: address, manners, and what it was asked."""

    url: str
    model: TinyModel
    manners: Manners
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The API, without the network."""
        if self.manners.name not in ("", body["model"]):
            raise RefusalError(f"The model `{body['model']}` does not exist.")
        if path == "/v1/completions":
            return self._completion(body)
        if path == "/v1/chat/completions":
            return self._chat(body)
        raise RefusalError(f"no {path} here")

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        manners, prompt = self.manners, body["prompt"]
        extras = {"prompt_logprobs", "add_special_tokens", "return_tokens_as_token_ids", "top_k"} & set(body)
        if extras and not manners.takes_extensions:
            raise RefusalError(f"Unrecognized request arguments: {sorted(extras)}")
        if not isinstance(prompt, str) and not manners.takes_ids:
            raise ValueError("token ids")
        ids = self.model.encode(prompt) if isinstance(prompt, str) else list(prompt)
        hidden = 1 if manners.adds_begin and isinstance(prompt, str) else 0
        ids = [0] * hidden + ids
        if len(ids) + body.get("max_tokens", 16) > manners.context:
            raise RefusalError(f"This model's maximum context length is {manners.context} tokens, you sent {len(ids)}")
        if body.get("temperature") == 1.0:
            return {"choices": [{"text": text} for text in self._sampled(ids, body)], "usage": _usage(ids)}
        told = self.model.distributions(ids)
        generated = int(told[-1].argmax())
        choice: dict[str, Any] = {"text": self.model.tokenizer.decode([generated])}
        shown = [*ids[hidden:], generated] if body.get("echo") else [generated]
        start = hidden if body.get("echo") else len(ids)
        if manners.gives_logprobs and body.get("logprobs") is not None:
            choice["logprobs"] = self._logprobs(told, [*ids, generated], shown, start, body)
        if manners.chat_shape:
            return {"choices": [{**choice, "logprobs": self._in_chat_shape(told, body)}], "usage": _usage(ids)}
        if manners.gives_logprobs and body.get("prompt_logprobs") is not None:
            choice["prompt_logprobs"] = [None] + [
                {str(id): {"logprob": self._value(told, at, id), "decoded_token": self._shown(id)}}
                for at, id in enumerate(ids[1:], start=1)
            ]
        return {"choices": [choice], "usage": _usage(ids)}

    def _logprobs(
        self, told: torch.Tensor, ids: list[int], shown: list[int], start: int, body: dict[str, Any]
    ) -> dict[str, Any]:
        n_top = body["logprobs"]
        if n_top > self.manners.top_limit:
            raise RefusalError(f"logprobs: at most {self.manners.top_limit}")
        values = [None if at == 0 else self._value(told, at, ids[at]) for at in range(start, start + len(shown))]
        if body.get("echo"):
            values[0] = None
        last = told[-1].topk(max(n_top, 1))
        top = {
            self._name(id, body): value for id, value in zip(last.indices.tolist(), last.values.tolist(), strict=True)
        }
        return {
            "tokens": [self._name(id, body) for id in shown],
            "token_logprobs": values,
            "top_logprobs": [None] * (len(shown) - 1) + [top],
        }

    def _in_chat_shape(self, told: torch.Tensor, body: dict[str, Any]) -> dict[str, Any] | None:
        if body.get("logprobs") is None:
            return None
        top = told[-1].topk(body["logprobs"])
        pairs = zip(top.indices.tolist(), top.values.tolist(), strict=True)
        named = [{"id": id, "token": self.model.tokenizer.decode([id]), "logprob": value} for id, value in pairs]
        return {"content": [{**named[0], "top_logprobs": named}]}

    def _value(self, told: torch.Tensor, at: int, id: int) -> float:
        """Log-probability of the token at a position; off by one: from the position's own distribution."""
        row = at if self.manners.off_by_one and at < len(told) else at - 1
        return float(told[row, id])

    def _name(self, id: int, body: dict[str, Any]) -> str:
        return f"token_id:{id}" if body.get("return_tokens_as_token_ids") else self._shown(id)

    def _shown(self, id: int) -> str:
        text = str(self.model.tokenizer.decode([id]))
        return text if self.manners.half_characters is None else text.replace("\ufffd", self.manners.half_characters)

    def _sampled(self, ids: list[int], body: dict[str, Any]) -> list[str]:
        generator = torch.Generator().manual_seed(body["seed"])
        texts = []
        for _ in range(min(body["n"], self.manners.choices_at_once)):
            drawn: list[int] = []
            for _ in range(body["max_tokens"]):
                weights = self.model.distributions(ids + drawn)[-1].exp()
                drawn.append(int(torch.multinomial(weights, 1, generator=generator)))
            texts.append(str(self.model.tokenizer.decode(drawn)))
        return texts

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = self.model.tokenizer.apply_chat_template(body["messages"], tokenize=False, add_generation_prompt=True)
        ids = self.model.encode(str(prompt))
        if body.get("temperature") == 1.0:
            return {"choices": [{"message": {"content": text}} for text in self._sampled(ids, body)]}
        if body.get("top_logprobs", 0) > self.manners.top_limit:
            raise RefusalError(f"top_logprobs: at most {self.manners.top_limit}")
        choice: dict[str, Any] = {"message": {"content": "?"}}
        if self.manners.gives_logprobs:
            top = self.model.distributions(ids)[-1].topk(body["top_logprobs"])
            pairs = zip(top.indices.tolist(), top.values.tolist(), strict=True)
            named = [{"token": self.model.tokenizer.decode([id]), "logprob": value} for id, value in pairs]
            choice["logprobs"] = {"content": [{"token": named[0]["token"], "top_logprobs": named}]}
        return {"choices": [choice], "usage": _usage(ids)}


def _usage(ids: list[int]) -> dict[str, int]:
    return {"prompt_tokens": len(ids), "completion_tokens": 1}


class _Handler(BaseHTTPRequestHandler):
    served: TinyServer

    def do_POST(self) -> None:
        served = self.served
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = len(served.bodies)
        served.bodies.append(body)
        fault = served.manners.faults.get(number) or served.manners.fault(body)
        sent_key = self.headers.get("Authorization", "")
        if served.manners.key is not None and sent_key != f"Bearer {served.manners.key}":
            self._send(401, {"error": {"message": f"wrong key: {sent_key}"}})
        elif fault == "silence":
            time.sleep(3.0)
        elif fault == "half":
            self._send(200, {"choices": []}, promised=500)
        elif fault == "nonsense":
            self._send(200, "a text, not an object")
        elif fault == "other shape":
            self._send(200, {"choices": [{"logprobs": {"tokens": 5}}], "usage": {}})
        elif fault == "no logprobs":
            self._send(200, {"choices": [{"text": "x"}], "usage": {"prompt_tokens": 1}})
        elif fault in ("429", "500"):
            self._send(int(fault), {"error": {"message": "not now"}})
        else:
            try:
                self._send(200, served.answer(self.path, body))
            except RefusalError as error:
                self._send(400, {"error": {"message": str(error)}})
            except ValueError as error:
                self._send(500, {"error": {"message": f"internal: {error}"}})

    def _send(self, status: int, document: Any, promised: int = 0) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data) + promised))
        if status == 429:
            self.send_header("Retry-After", f"{self.served.manners.pause_s:g}")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def tiny_server(model: TinyModel, **manners: Any) -> Iterator[TinyServer]:
    """The server on a free port of this machine while the block runs."""
    handler = type("Handler", (_Handler,), {})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    served = TinyServer(f"http://127.0.0.1:{http.server_port}/v1", model, Manners(**manners))
    handler.served = served  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
