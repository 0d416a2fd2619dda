"""Sending packs to a training service and fetching the tagger: what leaves is exactly the files that are named."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..audio.files import write_atomically
from ..errors import PackError, ServiceAwayError
from ..progress import Progress, Report, ignore
from .packing import read_pack
from .tagger import LARGEST_BYTES, Tagger

PATIENCE_S = 60.0
"""Longest wait for one answer."""

OUTAGE_S = 900.0
"""How long a service may be away while its training is waited for: it may be started anew meanwhile."""

LOCAL = ("localhost", "127.0.0.1", "::1")

_GOING = {"queued", "running"}


@dataclass(frozen=True)
class Service:
    """A training service: its address and the token of this person."""

    url: str
    token: str

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return the body of an answer.

        Raises:
            ServiceAwayError: it cannot be reached.
            PackError: it refuses; says why.
        """
        address = urllib.parse.urlsplit(self.url)
        if address.scheme != "https" and (address.scheme, address.hostname in LOCAL) != ("http", True):
            raise PackError(f"{self.url}: an address with https:// is expected, so that nobody reads along")
        request = urllib.request.Request(f"{self.url.rstrip('/')}{path}", body, method=method)
        request.add_header("authorization", f"Bearer {self.token}")
        request.add_header(
            "content-type", "application/json" if path == "/api/trainings" else "application/octet-stream"
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                content: bytes = answer.read(LARGEST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise PackError(f"{self.url} refuses: {_reason(error.read(10_000))}") from error
        except (OSError, http.client.HTTPException) as error:
            raise ServiceAwayError(f"{self.url} cannot be reached ({error})") from error
        return content


def send_packs(service: Service, packs: Sequence[Path]) -> list[str]:
    """Upload packs, each checked to be one first, and return their ids.

    Raises:
        PackError: a file is no pack, or the service refuses it.
    """
    for path in packs:
        read_pack(path)
    return [json.loads(service.ask("POST", "/api/packs", path.read_bytes()))["id"] for path in packs]


def order_training(service: Service, packs: Sequence[str], *, epochs: int = 20) -> str:
    """Order a training on packs by id, and return the training's id.

    Raises:
        PackError: the service refuses.
    """
    order = json.dumps({"packs": list(packs), "epochs": epochs}).encode()
    return str(json.loads(service.ask("POST", "/api/trainings", order))["id"])


def fetch_tagger(
    service: Service,
    training: str,
    out: Path,
    *,
    poll_s: float = 2.0,
    outage_s: float = OUTAGE_S,
    report: Report = ignore,
) -> None:
    """Wait for a training, and write the tagger once it was checked; one that was interrupted is told to go on.

    Args:
        service: where it runs.
        training: its id.
        out: the tagger to write.
        poll_s: how often the service is asked, seconds.
        outage_s: how long it may be away.
        report: is told how far it is.
    Raises:
        PackError: the training fails, the service stays away, or what comes back is no tagger.
    """
    path = f"/api/trainings/{urllib.parse.quote(training, safe='')}"
    while (now := _ask_again(service, path, poll_s, outage_s))["state"] != "done":
        if now["state"] == "interrupted":
            now = json.loads(service.ask("POST", f"{path}/resume"))
        if now["state"] not in _GOING:
            raise PackError(f"the training was not finished ({now['state']}): ask who runs the service")
        ahead = f"{now['waiting']} before yours" if now["state"] == "queued" else "training"
        report(Progress(int(now["done"]), int(now["total"]), ahead, now["metrics"]))
        time.sleep(poll_s)
    arrived = out.with_name(f".{out.name}.part")
    write_atomically(arrived, service.ask("GET", f"{path}/tagger"))
    try:
        Tagger(arrived)
        arrived.replace(out)
    finally:
        arrived.unlink(missing_ok=True)


def _ask_again(service: Service, path: str, poll_s: float, outage_s: float) -> dict[str, Any]:
    """Return what a service answers, once it does."""
    end = time.monotonic() + outage_s
    while True:
        try:
            answer: dict[str, Any] = json.loads(service.ask("GET", path))
            return answer
        except ServiceAwayError:
            if time.monotonic() > end:
                raise
            time.sleep(poll_s)


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:200]
