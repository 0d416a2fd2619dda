import subprocess
import sys
from pathlib import Path

import pytest
from scripts.quick_install import configuration_of, handed_on, install

from scripts import quick_install

LISTING = """:env:.cert='/etc/ssl/mine.crt'
:env:.find-links='/srv/wheels'
global.cert='/etc/ssl/theirs.crt'
global.extra-index-url='https://one.example/simple https://two.example/simple'
install.constraint='/etc/pins.txt'
"""


def test_what_the_environment_says_outweighs_files() -> None:
    found = configuration_of(LISTING)
    assert found["cert"] == "/etc/ssl/mine.crt"
    assert found["constraint"] == "/etc/pins.txt"


def test_all_that_pip_is_told_is_handed_on() -> None:
    told = handed_on(configuration_of(LISTING))
    assert told is not None
    options, variables = told
    pairs = set(zip(options[::2], options[1::2], strict=True))
    assert pairs == {
        ("--find-links", "/srv/wheels"),
        ("--extra-index-url", "https://one.example/simple"),
        ("--extra-index-url", "https://two.example/simple"),
        ("--constraint", "/etc/pins.txt"),
    }
    assert variables == {"SSL_CERT_FILE": "/etc/ssl/mine.crt"}


def test_what_uv_has_no_word_for_is_left_to_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_PLATFORM", "win_amd64")
    run: list[list[str]] = []
    real = subprocess.run

    def see(command: list[str], **options: object) -> object:
        run.append(command)
        return real(command, **options) if "config" in command else subprocess.CompletedProcess(command, 0)  # type: ignore[call-overload]

    monkeypatch.setattr(quick_install.subprocess, "run", see)
    install(Path(sys.executable), "numpy")
    assert run[-1][-2:] == ["install", "numpy"]
    assert run[-1][1:3] == ["-m", "pip"]
