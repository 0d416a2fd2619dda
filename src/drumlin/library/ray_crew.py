"""Who reads files where one machine is not enough: Ray Data, with the same functions as the processes of `crew`.

Files go out in tasks of at least `TASK_FILES` to actors, one for each core of the cluster, each with an ear of its own;
what became of them comes back in order, so the catalogue is that of a scan on one machine, byte for byte. Every machine
has Drumlin installed and sees the folders under the same paths. Only this process writes the catalogue: if it is
killed, the cluster forgets the work, and the next scan goes on from what was written.
"""

import logging
import os
import pickle
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LibraryError
from .crew import SETTINGS, unreadable
from .reading import Embedder, Outcome, read_files

LOCAL = "local"
"""The address that starts Ray on this machine."""

TASK_FILES = 64
"""Files in a task at least: below fifty, Ray's own work is felt."""

MOST_TASKS = 20_000
_RETRIES = 2  # of a task whose process or machine has gone
_ALONE = 4 * TASK_FILES  # files read one by one where a task failed again and again, to find the one that ends it


class RayCrew:
    """Reads files on a cluster.

    Args:
        embedder: see `reading.Embedder`; None for the library's own.
        address: of the cluster's head, `host:port`; `auto` for the one of this machine, `local` to start one here.
    Raises:
        LibraryError: Ray is not installed, or there is no cluster.
    """

    def __init__(self, embedder: Embedder | None, address: str) -> None:
        self._embedder = embedder
        self._ray = _import_ray()
        self._is_own = not self._ray.is_initialized()
        if self._is_own:
            _connect(self._ray, address)

    def read(self, files: Iterable[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Yield each file with what became of it, in order."""
        every, done = list(files), 0
        while done < len(every):
            try:
                for outcome in self._stream(every[done:]):
                    done += 1
                    yield every[done - 1], outcome
            except self._ray.exceptions.RayError:  # a file that ends its process, or machines that have gone
                for file, outcome in self._read_alone(every[done:]):
                    done += 1
                    yield file, outcome

    def close(self) -> None:
        """Leave the cluster; what it is reading is not waited for."""
        if self._is_own:
            self._ray.shutdown()

    def _stream(self, files: Sequence[Path]) -> Iterator[Outcome]:
        """Yield what becomes of files, in order."""
        data = self._ray.data
        context = data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        tasks = min(MOST_TASKS, -(-len(files) // TASK_FILES))
        actors = min(tasks, max(1, int(self._ray.cluster_resources().get("CPU", 1))))
        rows = data.from_items([{"path": os.fsencode(file)} for file in files], override_num_blocks=tasks)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `max_restarts` has no other name before Ray 2.64
            heard = rows.map_batches(
                _reader(self._embedder),
                batch_size=None,
                compute=data.ActorPoolStrategy(min_size=actors, max_size=actors),
                num_cpus=1,
                max_restarts=_RETRIES,  # without a limit, a file that ends its process would be read for ever
                max_task_retries=_RETRIES,
            )
        for batch in heard.iter_batches(batch_size=None):
            for outcome in batch["outcome"]:
                yield pickle.loads(outcome)

    def _read_alone(self, files: Sequence[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Yield files up to the one that ends its process, each read in a process that may end."""
        read = self._ray.remote(max_retries=0, num_cpus=1)(read_files)
        for file in files[:_ALONE]:
            try:
                yield file, self._ray.get(read.remote([file], self._embedder))[0]
            except self._ray.exceptions.RayError:
                yield file, unreadable(file)
                return


def _reader(embedder: Embedder | None) -> type:
    """Return what an actor is; a class made here travels with all that it needs."""

    class Reader:
        def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
            outcomes = np.empty(len(batch["path"]), object)
            outcomes[:] = [
                pickle.dumps(outcome)
                for outcome in read_files([Path(os.fsdecode(path)) for path in batch["path"]], embedder)
            ]
            return {"outcome": outcomes}

    return Reader


def _import_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what goes wrong is said by the errors that are raised
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise LibraryError("scanning on several machines needs Ray: `pip install 'drumlin[ray]'`") from error
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # tracebacks of what is handled here
    return ray


def _connect(ray: Any, address: str) -> None:
    own = {"include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            runtime_env={"env_vars": SETTINGS},
            **own,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise LibraryError(
            f"no Ray cluster at {address} ({_first_line(error)}): start one with `ray start --head`, or say --ray local"
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
