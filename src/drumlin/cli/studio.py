"""Commands around the server: studio, serve, doctor, add-learning, openapi."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

DEFAULT_PORT = 8420

PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of instruments, crate and settings; DRUMLIN_HOME does the same.")
]


def studio(
    port: PortOption = DEFAULT_PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    home: HomeOption = None,
    samples: Annotated[
        list[Path] | None, typer.Option("--samples", help="A folder, besides your own, that may be learned from.")
    ] = None,
    library_url: Annotated[
        str | None,
        typer.Option(
            "--library-url",
            envvar="DRUMLIN_LIBRARY_URL",
            help="A PostgreSQL database that holds the library's catalogue: postgresql://user@host/name.",
        ),
    ] = None,
) -> None:
    """Play, learn and keep in the browser."""
    from ..studio.server import open_browser, serve_studio
    from ..workspace import Workspace

    def on_ready(address: str) -> None:
        print(address, flush=True)
        if not no_browser:
            open_browser(address)

    serve_studio(Workspace(home, samples or ()), port, on_ready, library_url=library_url)


def serve(
    instruments: Annotated[list[Path] | None, typer.Argument(help="Instruments besides the built-in one.")] = None,
    play_only: Annotated[bool, typer.Option("--play-only", help="Serve playing alone: the form to host.")] = False,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: PortOption = DEFAULT_PORT,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A name under which the server is reached.")
    ] = None,
) -> None:
    """Let others play instruments: nothing is learned, uploaded sounds are not kept."""
    from ..studio.server import serve_play_only

    if not play_only:
        raise UsageError("serve needs --play-only: to learn and keep, run `drumlin studio` on your own machine")
    if missing := [path for path in instruments or () if not path.is_file()]:
        raise UsageError(f"{missing[0]} is no file")
    serve_play_only(instruments or (), host, port, allow_host or (), lambda address: print(address, flush=True))


def doctor(port: PortOption = DEFAULT_PORT, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, where data lies, and what is missing."""
    from ..studio.page import STATIC
    from ..workspace.doctor import examine

    findings = examine(port, STATIC, home)
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            advice = f": {finding.advice}" if finding.advice else ""
            print(f"{finding.level:8} {finding.name:20} {finding.found}{advice}")
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(1)


def add_learning(progress: ProgressOption = ProgressStyle.auto) -> None:
    """Install what learning needs: torch for the CPU, never CUDA, about 800 MB."""
    from ..workspace.extras import add_learning as install

    with progress_report(progress, "Adding learning") as report:
        version = install(report)
    if progress is ProgressStyle.json:
        print_event("done", result={"torch": version})
    else:
        say(f"learning is installed (torch {version})")


def openapi() -> None:
    """Print the schema of the server's API, from which the page's types are made."""
    import tempfile

    from ..studio import create_app
    from ..workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        print_json(create_app(Workspace(Path(folder))).openapi())
