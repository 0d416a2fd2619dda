import json
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from drumlin import __version__
from drumlin.workspace import doctor
from drumlin.workspace.doctor import Finding, examine


def findings(tmp_path: Path, port: int = 0) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(port, tmp_path / "page", tmp_path / "home")}


def test_what_is_there_is_told_with_its_version(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert found["drumlin"].found.startswith(__version__)
    assert (found["numpy"].level, found["numpy"].advice) == ("ok", "")
    assert str(tmp_path / "home") in found["home"].found


def test_a_page_that_is_not_built_comes_with_advice(tmp_path: Path) -> None:
    assert findings(tmp_path)["page"] == Finding(
        "page", "problem", "not built", "run `make studio` in the source tree, or install a wheel"
    )
    (tmp_path / "page").mkdir()
    (tmp_path / "page/index.html").touch()
    assert findings(tmp_path)["page"].level == "ok"


def test_a_taken_port_comes_with_the_next_one(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        finding = findings(tmp_path, port)[f"port {port}"]
    assert (finding.level, finding.advice) == ("note", f"use --port {port + 1}")


def test_missing_things_are_problems_or_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_learning", lambda: False)
    monkeypatch.setattr(doctor, "_BASE", ("no-such-package",))
    monkeypatch.setenv("PATH", "")
    found = findings(tmp_path)
    assert found["no-such-package"].level == "problem"
    assert (found["learning"].level, found["node"].level) == ("note", "note")
    assert "drumlin add-learning" in found["learning"].advice


def test_a_package_that_cannot_be_imported_is_told_and_not_raised() -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None; from pathlib import Path;"
        "from drumlin.workspace.doctor import examine;"
        "print([f.level for f in examine(0, Path('x'), Path('/tmp')) if f.name == 'built-in instrument'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['problem']"


def test_the_command_tells_the_same_as_json(own_folders: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "drumlin", "doctor", "--json"], capture_output=True, check=False)
    listed = json.loads(done.stdout)
    assert [entry["name"] for entry in listed][:2] == ["drumlin", "python"]
    assert done.returncode == int(any(entry["level"] == "problem" for entry in listed))
