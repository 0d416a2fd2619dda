"""Starting Python processes of our own, all in the same way.

Nothing is imported from the folder that the user happens to be in (`-P`): a `numpy.py` among someone's samples must not
run. Numeric libraries keep to one thread: such processes work beside others.
"""

import os
import subprocess
import sys


def module_command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module by its full name; arguments may follow."""
    return (sys.executable, "-P", "-m", module)


def start_worker(
    module: str, *, quiet: bool = True, own_group: bool = False, flags: int = 0
) -> "subprocess.Popen[bytes]":
    """Start a process that is asked on its standard input and answers on its standard output.

    Args:
        module: what it runs.
        quiet: what it says on standard error is dropped.
        own_group: Ctrl-C does not reach it; it must end when its input does.
        flags: `creationflags` of Windows.
    Raises:
        OSError: it cannot be started.
    """
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if own_group else 0
    return subprocess.Popen(
        module_command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        env=one_thread(),
        creationflags=flags | group,
        start_new_session=own_group,
    )


def one_thread() -> dict[str, str]:
    """Return this process's environment with numeric libraries held to one thread."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
