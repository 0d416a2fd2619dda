"""Lists of the report page that can be heard or read: nearest pairs, sounds with a defect, what was taken for what."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from .page_sections import DEFECT_WORDS

MOST_CONFUSIONS = 12


def play_button(sound: str, words: str) -> str:
    """Return a button that plays a file of the report."""
    source = html.escape(sound, quote=True)
    return f'<button type="button" class="play" data-sound="{source}">{html.escape(words)}</button>'


def pairs(rows: Mapping[str, Any]) -> str:
    """Return, for each system, its sounds that come nearest to learned ones, beside those."""
    parts = []
    for name, row in rows.items():
        lines = "".join(_pair(pair, row["files"]) for pair in row["originality"]["pairs"])
        parts.append(
            f"<details><summary>Nearest pairs: {html.escape(name)}</summary>"
            f'<div class="wide"><table class="words"><tbody>{lines}</tbody></table></div></details>'
        )
    return "".join(parts)


def examples(rows: Mapping[str, Any]) -> str:
    """Return, for each instrument, some sounds that have a defect."""
    parts = []
    for name, row in rows.items():
        found = row["defects"].get("examples", {})
        lines = "".join(
            f"<dt>{html.escape(DEFECT_WORDS[defect])}</dt><dd>{_numbered(files, row['files'])}</dd>"
            for defect, files in found.items()
        )
        if lines:
            parts.append(f"<details><summary>Hear them: {html.escape(name)}</summary><dl>{lines}</dl></details>")
    return "".join(parts)


def confusions(rows: Mapping[str, Any]) -> str:
    """Return, for each system, what was most often taken for something else."""
    parts = []
    for name, row in rows.items():
        found = row["recognition"]["confusions"][:MOST_CONFUSIONS]
        words = ", ".join(f"{one['asked']} for {one['called']} ({one['count']})" for one in found)
        if words:
            parts.append(
                f"<details><summary>Taken for something else: {html.escape(name)}</summary>"
                f'<p class="soft">{html.escape(words)}</p></details>'
            )
    return "".join(parts)


def _pair(pair: Mapping[str, Any], folder: str) -> str:
    made = play_button(f"{folder}/{pair['made']}", pair["label"] or "made")
    learned = play_button(f"{folder}/{pair['learned']}", "learned")
    path = html.escape(pair["path"])
    return f"<tr><td>{made} {learned}</td><td>{pair['distance_db']:.2f} dB</td><td>{path}</td></tr>"


def _numbered(files: Sequence[str], folder: str) -> str:
    return " ".join(play_button(f"{folder}/{file}", str(number)) for number, file in enumerate(files, 1))
