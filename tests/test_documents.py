"""What the documents say is so: every command exists, every command is documented, every link leads somewhere."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from drumlin.cli import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app)


def spoken_commands(path: Path) -> list[str]:
    """Return each `drumlin ...` line of the indented and fenced blocks of a document, without comments."""
    lines = [line.strip().removeprefix("$ ") for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if re.match(r"drumlin [a-z]", line)]


ALL_SPOKEN = [(path, line) for path in DOCUMENTS for line in spoken_commands(path)]


@pytest.mark.parametrize(("path", "line"), ALL_SPOKEN, ids=lambda value: str(getattr(value, "name", value)))
def test_a_documented_command_has_these_options(path: Path, line: str) -> None:
    words = shlex.split(line, comments=True)
    command, rest = COMMANDS, words[1:]
    while rest and hasattr(command, "commands"):
        name, *rest = rest
        command = command.commands.get(name)
        assert command is not None, f"{path.name} names {name!r}"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
    assert used <= known | {"--help"}, f"{path.name}: {line}"


def test_the_readme_names_commands() -> None:
    assert len(spoken_commands(ROOT / "README.md")) >= 5


def test_every_command_is_documented() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    shown = {name: command for name, command in COMMANDS.commands.items() if not command.hidden}  # type: ignore[attr-defined]
    below = [f"{name} {one}" for name, command in shown.items() for one in getattr(command, "commands", ())]
    assert [name for name in (*shown, *below) if f"drumlin {name}" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="there is no history here that could keep files")
def test_what_documents_link_to_is_kept() -> None:
    kept = set(
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout.split(
            "\0"
        )
    )
    pictures = {
        (path.parent / link).resolve().relative_to(ROOT).as_posix()
        for path in DOCUMENTS
        for link in re.findall(r"!\[[^\]]*\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    }
    assert pictures
    assert pictures - kept == set()


def test_the_changelog_knows_this_version() -> None:
    from drumlin import __version__

    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
