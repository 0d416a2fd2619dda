"""The `drumlin` command: its list of commands and the one place where errors become exit codes."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from .. import __version__
from ..errors import DrumlinError, UsageError
from . import compose, indexing, library, mapping, play, render, studio, tagger, teaching, train, voice
from .evaluate import evaluate
from .listen import listen
from .loop import loop
from .output import say, terminate_like_interrupt
from .prepare import prepare

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="drumlin",
    help="Learns your own drum one-shots and turns them into an instrument.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,
) -> None:
    """Learns your own drum one-shots and turns them into an instrument."""


_COMMANDS: tuple[Callable[..., None], ...] = (
    prepare,
    *(play.generate, play.locate, play.info, play.verify),
    *(train.recipes, train.train, train.learn),
    evaluate,
    *(compose.compose, compose.descriptors, render.render),
    *(listen, loop),
    *(studio.studio, studio.serve, studio.doctor, studio.add_learning),
)
_HIDDEN: tuple[Callable[..., None], ...] = (studio.openapi,)
_LIBRARY = library.COMMANDS | teaching.COMMANDS | indexing.COMMANDS | mapping.COMMANDS | voice.COMMANDS


def _stoppable(command: Callable[..., None]) -> Callable[..., None]:
    """Say what an interrupt leaves behind: typer would end the command in silence."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            say("drumlin: stopped; what was written so far is valid")
            raise typer.Exit(EXIT_INTERRUPTED) from None

    return run


for _command in _COMMANDS:
    app.command()(_stoppable(_command))
for _command in _HIDDEN:
    app.command(hidden=True)(_stoppable(_command))
for _name, _command in _LIBRARY.items():
    library.app.command(_name)(_stoppable(_command))
app.add_typer(library.app, name="library")
for _name, _command in tagger.COMMANDS.items():
    tagger.app.command(_name)(_stoppable(_command))
app.add_typer(tagger.app, name="tagger")


def main() -> None:
    """Run the command line; a refused input is one line on standard error, never a traceback."""
    # OpenMP threads that spin while they wait make a busy machine many times slower; the variable is read
    # when torch or ONNX Runtime is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # numpy's matrix products are small here: more threads would only fight over the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with terminate_like_interrupt():
            app()
    except UsageError as error:
        say(f"drumlin: {error}")
        sys.exit(EXIT_USAGE)
    except DrumlinError as error:
        say(f"drumlin: {error}")
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:  # before a command has begun
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.exit(EXIT_ERROR)
