"""A connection to a server: requests are repeated until they are answered; errors say what the server said."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from loaders.backends.protocol import ScorerError

try:
    import httpx
except ModuleNotFoundError as error:
    raise ScorerError(
        "The backend 'openai_compatible' needs the package httpx.", "Install it: pip install 'scalewatch[api]'."
    ) from error

LONGEST_WAIT_S = 600.0
"""A server that asks for a longer pause than this is not waited for."""
_WORTH_REPEATING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class UnscorableError(ScorerError):
    """One question has no answer; the next may have one."""


class RefusedError(UnscorableError):
    """The server understood the request and says no to it (HTTP 4xx): too long, unknown model, unknown field."""


class UnansweredError(UnscorableError):
    """No usable answer came in all tries: an error of the server, silence, half a body, nonsense."""

    def __init__(self, text: str, status: int | None = None) -> None:
        """`status`: HTTP's, of the last answer; None where it was no answer."""
        super().__init__(text)
        self.status = status


class Connection:
    """Posts JSON to one server from several threads. The key is sent to it and appears nowhere else."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None,
        timeout_s: float,
        max_retries: int,
        pause_s: float,
        connections: int,
    ) -> None:
        """`pause_s` is the pause before the first repetition; each further one is twice as long.

        Raises ScorerError for an address that is not http:// or https://.
        """
        try:
            understood = httpx.URL(base_url).scheme in ("http", "https")
        except httpx.InvalidURL:
            understood = False
        if not understood:
            raise ScorerError(f"The server's address is {base_url!r}.", "Give it as in http://127.0.0.1:8000/v1.")
        self.base_url = base_url.rstrip("/")
        self.is_calibrating = True
        """Some servers answer what they do not understand with HTTP 500: then it is asked twice, not often."""
        self.is_stopping = threading.Event()
        """While it is set, nobody waits for the next try."""
        self._max_retries = max_retries
        self._key = api_key
        self._timeout_s = timeout_s
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(timeout_s, connect=min(10.0, timeout_s)),
            limits=httpx.Limits(max_connections=connections),
        )

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON object the server answers to `body` at `path` ('completions').

        Raises RefusedError, UnansweredError; ScorerError where no further request can succeed: nothing listens, no
        access.
        """
        url = f"{self.base_url}/{path}"
        reason, status, tries = "", None, 0
        for attempt in range(self._max_retries + 1):
            tries, status = attempt + 1, None
            if attempt:
                self._pause(min(self._pause_s * 2 ** (attempt - 1), 30.0))
            self._wait_until_allowed()
            try:
                response = self._client.post(url, json=body)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                reason = f"nothing listens there ({self._clean(str(error))})"
                if attempt == self._max_retries:
                    self._stop(url, reason, "Start the server or correct base_url.")
                continue
            except httpx.TimeoutException:
                reason = f"no answer within {self._timeout_s:g} s"
                continue
            except httpx.TransportError as error:
                reason = f"the answer broke off ({self._clean(str(error))})"
                continue
            if response.status_code == 200:
                document = _object(response)
                if document is not None:
                    return document
                reason = f"the answer is not a JSON object: {self._said(response)}"
                continue
            status = response.status_code
            reason = f"HTTP {status}: {self._said(response)}"
            if status in (401, 403):
                self._stop(url, reason, "Set OPENAI_API_KEY to a key this server accepts.")
            if status not in _WORTH_REPEATING:
                raise RefusedError(f"the server refused: {reason}")
            if status == 500 and self.is_calibrating and attempt:
                break
            self._note_pause(response, url)
        times = f"{tries} {'try' if tries == 1 else 'tries'}"
        raise UnansweredError(f"the server gave no answer in {times}: {reason}", status)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _stop(self, url: str, reason: str, remedy: str) -> NoReturn:
        raise ScorerError(f"{url}: {reason}.", remedy)

    def _note_pause(self, response: httpx.Response, url: str) -> None:
        """What Retry-After asks for holds for every thread."""
        wait_s = _retry_after_s(response)
        if wait_s > LONGEST_WAIT_S:
            self._stop(url, f"the server asks for a pause of {wait_s:.0f} s", "Run again after it.")
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + wait_s)

    def _wait_until_allowed(self) -> None:
        with self._lock:
            wait_s = self._not_before - time.monotonic()
        if wait_s > 0:
            self._pause(wait_s)

    def _pause(self, seconds: float) -> None:
        if self.is_stopping.wait(seconds):
            raise ScorerError(f"{self.base_url}: stopped while waiting for the next try.")

    def _said(self, response: httpx.Response) -> str:
        """The server's own words, cut."""
        document = _object(response) or {}
        said = document.get("error", document.get("detail", document.get("message")))
        if isinstance(said, dict):
            said = said.get("message")
        return self._clean(str(said or response.text))[:300] or "(no text)"

    def _clean(self, text: str) -> str:
        """On one line, without the key."""
        return " ".join((text.replace(self._key, "***") if self._key else text).split())


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        document = response.json()
    except ValueError:  # not JSON, or not text
        return None
    return document if isinstance(document, dict) else None


def _retry_after_s(response: httpx.Response) -> float:
    """Seconds the server asks to wait: Retry-After as seconds or as a date (RFC 9110, 10.2.3); 0 without it."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return 0.0
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
