import os
import sys
from pathlib import Path

import pytest

from drumlin.audio import read_audio
from drumlin.audio.quiet import no_chatter
from drumlin.errors import AudioReadError


def test_what_c_code_writes_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with no_chatter():
        os.write(2, b"a decoder grumbles")
    assert capfd.readouterr().err == ""


def test_python_is_heard_before_and_after(capfd: pytest.CaptureFixture[str]) -> None:
    print("before", file=sys.stderr)
    with no_chatter():
        pass
    print("after", file=sys.stderr)
    assert capfd.readouterr().err.split() == ["before", "after"]


def test_standard_error_comes_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), no_chatter():
        raise ZeroDivisionError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_text_named_as_a_sound_is_refused_without_chatter(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text.mp3"
    path.write_text("this is no sound\n" * 50)
    with pytest.raises(AudioReadError, match="no sound was found"):
        read_audio(path)
    assert capfd.readouterr().err == ""
