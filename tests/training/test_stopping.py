"""Signals that ask a training to stop."""

import os
import signal
import threading

import pytest

from drumlin.training.stopping import asked_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_and_the_next_one_interrupts(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with asked_to_stop() as is_asked:
        assert not is_asked()
        os.kill(os.getpid(), number)
        assert is_asked()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_elsewhere_than_in_the_main_thread_nobody_asks() -> None:
    answers = []

    def work() -> None:
        with asked_to_stop() as is_asked:
            answers.append(is_asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]
