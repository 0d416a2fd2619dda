"""Installs packages by uv, which needs seconds where pip needs minutes, from wherever pip is told to take them.

uv reads nothing of pip's configuration, so all of it is handed on: indexes, folders of wheels, constraints,
certificates. Where pip is told something that is not known here, or uv cannot be had, pip installs.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

OPTIONS = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "constraint": "--constraint",
    "trusted-host": "--allow-insecure-host",
}
"""uv's word for each of pip's that takes addresses or files, perhaps several."""

VARIABLES = {
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
"""Variables by which uv hears the rest."""

WITHOUT_MEANING = {
    "break-system-packages",
    "cache-dir",
    "compile",
    "disable-pip-version-check",
    "no-cache-dir",
    "no-color",
    "no-compile",
    "no-input",
    "progress-bar",
    "quiet",
    "retries",
    "root-user-action",
}
"""What changes nothing of what is installed."""


def install(python: Path, *words: str) -> None:
    """Install what the words name into the environment of a Python.

    Raises:
        subprocess.CalledProcessError: nor can pip.
    """
    if not _by_uv(python, words):
        subprocess.run([*_pip(python), "--quiet", "install", *words], check=True)


def handed_on(configuration: Mapping[str, str]) -> tuple[list[str], dict[str, str]] | None:
    """Return uv's options and variables for what pip is told, None where something has no word.

    Args:
        configuration: values by pip's names of long options, without dashes.
    """
    options, variables = [], {}
    for name, value in configuration.items():
        if name in OPTIONS:
            options += [part for one in value.split() for part in (OPTIONS[name], one)]
        elif name in VARIABLES:
            variables[VARIABLES[name]] = value
        elif name not in WITHOUT_MEANING:
            return None
    return options, variables


def configuration_of(listing: str) -> dict[str, str]:
    """Read what `pip config list` prints; its order is not that of weight: the environment outweighs files."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        name, equals, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if equals and section in found:
            found[section][key] = ast.literal_eval(value)
    return found["global"] | found["install"] | found[":env:"]


def _by_uv(python: Path, words: tuple[str, ...]) -> bool:
    """Install by uv; return whether that was possible."""
    listing = subprocess.run([*_pip(python), "config", "list"], capture_output=True, text=True, check=False)
    told = handed_on(configuration_of(listing.stdout))
    if listing.returncode or told is None or not _has_uv(python):
        return False
    options, variables = told
    # As pip: the newest of all that the indexes have, not of the first that has any.
    command = [_beside(python, "uv"), "pip", "install", "--quiet", "--index-strategy", "unsafe-best-match"]
    if os.environ.get("PIP_COMPILE") != "0":
        command.append("--compile-bytecode")
    done = subprocess.run(
        [*command, "--python", str(python), *options, *words], env={**os.environ, **variables}, check=False
    )
    if done.returncode:
        print("setup: uv could not; pip tries", flush=True)
    return done.returncode == 0


def _has_uv(python: Path) -> bool:
    if Path(_beside(python, "uv")).exists():
        return True
    done = subprocess.run([*_pip(python), "--quiet", "install", "uv"], capture_output=True, check=False)
    return done.returncode == 0


def _beside(python: Path, name: str) -> str:
    return str(python.with_name(f"{name}.exe" if sys.platform == "win32" else name))


def _pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "--disable-pip-version-check"]
