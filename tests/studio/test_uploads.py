import asyncio
import io
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from drumlin.errors import AudioReadError
from drumlin.studio import uploads
from drumlin.studio.decode_worker import CPU_S, MAX_DURATION_S, MEMORY_BYTES
from drumlin.studio.uploads import Decoder


def encoded(waveform: np.ndarray, kind: str, sample_rate: int = 22050) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, waveform, sample_rate, format=kind)
    return buffer.getvalue()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


def decode(decoder: Decoder, data: bytes) -> tuple[np.ndarray, int]:
    try:
        return asyncio.run(decoder.decode(data))
    finally:
        decoder.close()


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "AIFF", "OGG"])
def test_the_first_channel_and_its_rate_come_back(decoder: Decoder, kind: str) -> None:
    left = np.sin(np.arange(4000) / 10).astype(np.float32) * 0.5
    waveform, rate = decode(decoder, encoded(np.stack([left, -left], axis=1), kind))
    assert rate == 22050
    np.testing.assert_allclose(waveform, left, atol=0.05 if kind == "OGG" else 1e-4)


def test_what_is_no_sound_is_refused_with_the_reason(decoder: Decoder) -> None:
    with pytest.raises(AudioReadError, match="cannot be decoded"):
        decode(decoder, b"nothing")


def test_a_decoder_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_start", lambda: start("import time; time.sleep(60)"))
    with pytest.raises(AudioReadError, match=r"longer than 0.2 s"):
        decode(Decoder(patience_s=0.2), b"x")


@pytest.mark.parametrize("code", ["import os; os.abort()", "import sys; sys.exit(3)", "print('odd')", "pass"])
def test_a_decoder_that_crashes_or_babbles_is_an_error_of_the_file(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(uploads, "_start", lambda: start(f"import sys; sys.stdin.buffer.read(); {code}"))
    with pytest.raises(AudioReadError, match="decoded"):
        decode(Decoder(), b"x")


def test_the_worker_cannot_take_more_memory_than_it_may() -> None:
    code = "from drumlin.studio.decode_worker import limit_resources as f; f(); b = bytearray({}); print(len(b))"
    has_limit = sys.platform == "linux"
    for size, is_allowed in ((MEMORY_BYTES // 4, True), (MEMORY_BYTES * 2, not has_limit)):
        done = subprocess.run([sys.executable, "-c", code.format(size)], capture_output=True, check=False)
        assert (done.returncode == 0) is is_allowed
        assert is_allowed or b"MemoryError" in done.stderr


def test_a_bomb_that_unpacks_to_hours_is_refused_by_its_length(decoder: Decoder) -> None:
    silence = encoded(np.zeros(int(8000 * (MAX_DURATION_S + 5)), np.float32), "FLAC", 8000)
    assert len(silence) < 100_000
    with pytest.raises(AudioReadError, match="65 s"):
        decode(decoder, silence)


def test_processor_time_is_limited() -> None:
    code = "from drumlin.studio.decode_worker import limit_resources as f; f(); import resource; "
    code += "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == CPU_S


def start(code: str) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
