import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from tests.instruments import make_instrument
from websockets.sync.client import connect

from drumlin.errors import ServerError
from drumlin.studio.server import claim_port

DRUMLIN = (sys.executable, "-m", "drumlin")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*words: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Run a command that serves; yield it and the address that it prints."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*DRUMLIN, *words], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def test_the_studio_prints_an_address_that_opens(tmp_path: Path) -> None:
    port = free_port()
    with running("studio", "--no-browser", "--port", str(port), "--home", str(tmp_path / "home")) as (process, address):
        assert re.fullmatch(rf"http://localhost:{port}/\?token=[\w-]{{32,}}", address)
        with httpx.Client(follow_redirects=True) as client:
            assert client.get(address).status_code == 200
            assert client.get(f"http://localhost:{port}/api/state").json()["mode"] == "studio"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert (tmp_path / "home/instruments").is_dir()


def test_sounds_are_not_compressed_on_their_way(tmp_path: Path) -> None:
    port = free_port()
    with running("studio", "--no-browser", "--port", str(port), "--home", str(tmp_path)) as (_, address):
        headers = {"Authorization": f"Bearer {address.rpartition('=')[2]}"}
        with connect(f"ws://localhost:{port}/api/play", additional_headers=headers, compression="deflate") as websocket:
            assert not websocket.protocol.extensions


def test_an_open_page_does_not_keep_the_studio_from_ending(tmp_path: Path) -> None:
    port = free_port()
    with running("studio", "--no-browser", "--port", str(port), "--home", str(tmp_path)) as (process, address):
        headers = {"Authorization": f"Bearer {address.rpartition('=')[2]}"}
        with httpx.stream("GET", f"http://localhost:{port}/api/events", headers=headers, timeout=30) as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": listening"
            process.send_signal(signal.SIGINT)
            assert [line for line in lines if line] == []
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_port_taken_by_another_drumlin_is_called_so(tmp_path: Path) -> None:
    port = free_port()
    words = ("studio", "--no-browser", "--port", str(port), "--home", str(tmp_path))
    with running(*words):
        done = subprocess.run([*DRUMLIN, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"drumlin: another Drumlin is running on port {port}: open its page, stop it, or use --port {port + 1}\n"
    )


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", b"nonsense\r\n\r\n"])
def test_a_port_taken_by_something_else_is_called_so(answer: bytes) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import socket; s = socket.socket(fileno={other.fileno()}); "
                f"c, _ = s.accept(); c.recv(999); c.sendall({answer!r}); c.close()",
            ],
            pass_fds=[other.fileno()],
        )
        with pytest.raises(ServerError, match=f"port {port} is taken by another program: use --port {port + 1}"):
            claim_port("127.0.0.1", port)
        child.wait()


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with closing(claim_port("127.0.0.1", free_port())) as listening:
        assert listening.proto == socket.IPPROTO_TCP  # what asyncio asks before it sets TCP_NODELAY


def test_an_address_of_another_machine_cannot_be_served() -> None:
    with pytest.raises(ServerError, match=r"cannot listen on 192\.0\.2\.1"):
        claim_port("192.0.2.1", free_port())


def test_a_home_that_cannot_be_made_is_a_line_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    words = ("studio", "--no-browser", "--home", str(tmp_path / "file/home"))
    done = subprocess.run([*DRUMLIN, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"drumlin: .*choose a folder of yours with --home\n", done.stderr)


def test_instruments_are_served_to_be_played(tmp_path: Path) -> None:
    file = make_instrument(tmp_path / "Tones.drumlin")
    home = tmp_path / "home"
    environment = {**os.environ, "DRUMLIN_HOME": str(home)}
    port = free_port()
    words = ("serve", "--play-only", "--port", str(port), "--allow-host", "drums.example.org", str(file))
    pipe = subprocess.PIPE
    with subprocess.Popen([*DRUMLIN, *words], stdout=pipe, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"http://localhost:{port}/\n"
        headers = {"Host": "drums.example.org"}
        listed = httpx.get(f"http://localhost:{port}/api/instruments", headers=headers).json()
        assert "tones" in [entry["id"] for entry in listed]
        process.terminate()
        process.wait(timeout=20)
    assert not home.exists()


def test_serving_means_playing_alone() -> None:
    done = subprocess.run([*DRUMLIN, "serve"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--play-only" in done.stderr
