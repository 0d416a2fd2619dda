import sys

import pytest

from drumlin import cli


def test_an_interrupt_is_said_and_has_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(source: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("drumlin.cli.play.open_instrument", stopped)
    monkeypatch.setattr(sys, "argv", ["drumlin", "info", "default"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 130
    printed = capsys.readouterr()
    assert printed.err == "drumlin: stopped; what was written so far is valid\n"
    assert printed.out == ""
