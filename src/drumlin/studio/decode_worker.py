"""The process that decodes one uploaded file: the file on standard input, its points on standard output.

It limits its own memory and time before it looks at the file; the one who started it has a clock as well. Where the
system knows no such limits (Windows) the clock and the longest duration remain.
"""

import struct
import sys

from ..audio import read_mono
from ..errors import DrumlinError

MEMORY_BYTES = 1 << 30
"""Address space beyond what the process has at start: far more than the longest sound needs."""

CPU_S = 10
MAX_DURATION_S = 60.0
"""Longest sound that is looked at: one-shots are far shorter."""

OK, FAILED = 0, 1
HEADER = struct.Struct("<II")
"""Status and sample rate; then float32 points, or a message."""


def limit_resources(memory_bytes: int = MEMORY_BYTES, cpu_s: int = CPU_S) -> None:
    """Bound the memory (beyond what it has) and processor time of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere address space is not what it seems
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123
        resource.setrlimit(resource.RLIMIT_AS, (used + memory_bytes, used + memory_bytes))


def answer(data: bytes) -> bytes:
    """Return what is written for a file: its points, or why there are none."""
    try:
        sound = read_mono(data, max_duration_s=MAX_DURATION_S)
    except DrumlinError as error:
        return HEADER.pack(FAILED, 0) + str(error).encode("utf-8", "replace")
    except MemoryError:
        return HEADER.pack(FAILED, 0) + b"the file needs more memory than a one-shot should"
    return HEADER.pack(OK, sound.sample_rate) + sound.waveform.astype("<f4").tobytes()


if __name__ == "__main__":
    limit_resources()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
