"""The process between the runner and a job's command: `python -m drumlin.jobs.keeper FOLDER`.

It holds the job's lock while the command runs and writes the exit code, so that a server that was started later
can tell whether the job lives and how it ended. Where the system allows, the command inherits the lock: a command
whose keeper was killed still counts as alive.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from ..locks import lock
from .job import EVENTS, EXIT, LOCK, LOG, read_record, write_json

EXIT_TAKEN = 3


def keep(folder: Path) -> int:
    """Run the job's command once and write how it ended; return the exit code of the keeper."""
    held = lock(folder / LOCK)
    if held is None:
        return EXIT_TAKEN
    record = read_record(folder)
    # A handler, not SIG_IGN: the command would inherit that. The command is in the same group and gets the
    # signal too; the keeper stays to see how it ends.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: None)
    inherited = () if os.name == "nt" else (held.fileno(),)
    with (folder / EVENTS).open("ab") as events, (folder / LOG).open("ab") as log:
        _start_line(events.fileno(), folder / EVENTS, record.run)
        try:
            code = subprocess.call(record.argv, stdin=subprocess.DEVNULL, stdout=events, stderr=log, pass_fds=inherited)
        except OSError as error:
            log.write(f"{error}\n".encode())
            code = 127
    write_json(folder / EXIT, {"run": record.run, "code": code})
    return 0


def _start_line(descriptor: int, path: Path, run: int) -> None:
    """Say that a run begins; a line that the last run left torn is ended first."""
    text = path.read_bytes()[-1:] if path.stat().st_size else b"\n"
    line = json.dumps({"event": "started", "run": run}).encode() + b"\n"
    os.write(descriptor, line if text == b"\n" else b"\n" + line)


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1])))
