"""Sending packs to a training service and fetching the tagger: what leaves is exactly the files that are named."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..audio.files import write_atomically
from ..errors import PackError
from ..progress import Progress, Report, ignore
from .packing import read_pack
from .tagger import LARGEST_BYTES, Tagger

PATIENCE_S = 60.0
"""Longest wait for one answer."""

_ENDED = {"failed", "cancelled", "interrupted"}


@dataclass(frozen=True)
class Service:
    """A training service: its address and the token of this person."""

    url: str
    token: str

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return the body of an answer.

        Raises:
            PackError: it cannot be reached, or refuses; says why.
        """
        if not self.url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
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
        except OSError as error:
            raise PackError(f"{self.url} cannot be reached ({error})") from error
        return content


def send_packs(service: Service, packs: Sequence[Path]) -> list[str]:
    """Upload packs, each checked to be one first, and return their ids.

    Raises:
        PackError: a file is no pack, or the service refuses it.
    """
    for path in packs:
        read_pack(path)
    return [json.loads(service.ask("POST", "/api/packs", path.read_bytes()))["id"] for path in packs]


def train_there(
    service: Service, packs: Sequence[str], out: Path, *, epochs: int = 20, poll_s: float = 2.0, report: Report = ignore
) -> None:
    """Train on packs by id, wait, and write the tagger once it was checked.

    Raises:
        PackError: the training fails, or what comes back is no tagger.
    """
    order = json.dumps({"packs": list(packs), "epochs": epochs}).encode()
    training: dict[str, Any] = json.loads(service.ask("POST", "/api/trainings", order))
    path = f"/api/trainings/{training['id']}"
    while training["state"] != "done":
        if training["state"] in _ENDED:
            raise PackError(f"the training was not finished ({training['state']}): ask who runs the service")
        ahead = f"{training['waiting']} before yours" if training["state"] == "queued" else "training"
        report(Progress(int(training["done"]), int(training["total"]), ahead, training["metrics"]))
        time.sleep(poll_s)
        training = json.loads(service.ask("GET", path))
    arrived = out.with_name(f".{out.name}.part")
    write_atomically(arrived, service.ask("GET", f"{path}/tagger"))
    try:
        Tagger(arrived)
        arrived.replace(out)
    finally:
        arrived.unlink(missing_ok=True)


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:200]
