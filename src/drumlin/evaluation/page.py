"""The report as a page: it opens from the disk, without a server and without a network.

Pictures and sounds lie in the folder beside it.
"""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..audio import write_atomically
from . import page_lists, page_maps
from .bench import REAL
from .page_sections import (
    DISTRIBUTION,
    DISTRIBUTION_WORDS,
    ORIGINALITY,
    ORIGINALITY_WORDS,
    SECTIONS,
    SLIDERS,
    SLIDERS_WORDS,
    Section,
)
from .page_style import SCRIPT, STYLE
from .page_tables import Column, figure, table
from .window import JUDGED_RATE, PRE_ROLL_S, WINDOW

FEW_SOUNDS = 50
"""With fewer, a handful of them decides, and most systems are not surely apart."""


def write_page(content: Mapping[str, Any], out: Path) -> Path:
    """Write `index.html` for the content of a report and return its path."""
    path = out / "index.html"
    write_atomically(path, render(content).encode("utf-8", "backslashreplace"))
    return path


def render(content: Mapping[str, Any]) -> str:
    """Return the page of a report."""
    rows = content["rows"]
    near = "".join(_distribution(name, found) for name, found in content["distribution"].items())
    sections = "".join(_section(section, rows) for section in SECTIONS)
    names = ", ".join(one["name"] for one in content["instruments"])
    links = "".join(f'<a href="#{one.anchor}">{one.title}</a>' for one in SECTIONS)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Drumlin report: {html.escape(names)}</title><style>{STYLE}</style>"
        f"<h1>{html.escape(names)}</h1>{_summary(content)}"
        f'<nav><a href="#gates">Gates</a><a href="#listen">Look and listen</a>'
        f'<a href="#distribution">As a whole</a>{links}<a href="#sliders">Sliders</a>'
        f'<a href="#originality">Sounds of its own</a>'
        f'<a href="#made">How this was made</a></nav>'
        f"{_notices(content)}{_gates(content)}{_gallery(content)}"
        f'<section id="distribution"><h2>As a whole, beside real kits</h2>'
        f'<p class="soft">{DISTRIBUTION_WORDS}</p>{near}'
        f"</section>{sections}{_sliders(rows)}{_originality(rows)}{_circumstances(content)}"
        f"<script>{SCRIPT}</script></html>\n"
    )


def _summary(content: Mapping[str, Any]) -> str:
    data, settings = content["data"], content["settings"]
    asked = sum(data["asked"].values())
    return (
        f'<p class="soft">Against {data["sounds"]} real sounds of {data["kits"]} unseen kits '
        f"({html.escape(settings['split'])}); {asked} hits of each system are compared with "
        "them, of each class as many as there are real ones. Small numbers are 95 % intervals over kits; "
        "\N{UPWARDS ARROW} more is better, \N{DOWNWARDS ARROW} less is better.</p>"
    )


def _notices(content: Mapping[str, Any]) -> str:
    notices = []
    if content["settings"]["split"] == "test":
        notices.append("These are numbers of the test split. This look was logged.")
    if content["data"]["sounds"] < FEW_SOUNDS:
        notices.append(
            "So few real sounds say little of a distribution: look at the intervals, and judge more classes."
        )
    short = [one["name"] for one in content["instruments"] if one["heard_s"] < WINDOW / JUDGED_RATE - PRE_ROLL_S]
    if short:
        notices.append(f"{' and '.join(short)}: shorter than the judged window, whose end is silent for them.")
    strangers: dict[str, list[str]] = {}
    for one in content["instruments"]:
        strangers.setdefault(", ".join(map(_spoken, one["unknown_classes"])), []).append(one["name"])
    for classes, names in strangers.items():
        if classes:
            who = f"{' and '.join(names)} {'know' if len(names) > 1 else 'knows'}"
            notices.append(f"{who} no {classes}: what is played for them is any sound of the plane.")
    return "".join(f'<p class="notice">{html.escape(notice)}</p>' for notice in notices)


def _section(section: Section, rows: Mapping[str, Any]) -> str:
    more = table(rows, section.more) if section.more else ""
    return (
        f'<section id="{section.anchor}"><h2>{html.escape(section.title)}</h2><p class="soft">'
        f"{html.escape(section.words)}</p>{table(rows, section.columns)}{more}{_after(section, rows)}</section>"
    )


def _after(section: Section, rows: Mapping[str, Any]) -> str:
    """Return what follows the table of a section."""
    more = {"defects": page_lists.examples, "recognition": page_lists.confusions, "plane": page_maps.planes}
    return more[section.anchor](rows) if section.anchor in more else ""


def _sliders(rows: Mapping[str, Any]) -> str:
    scores = {
        f"{name}: {slider}": score
        for name, row in rows.items()
        for slider, score in row.get("sliders", {}).get("scores", {}).items()
    }
    found = table(scores, SLIDERS, compare=False)
    return f'<section id="sliders"><h2>Sliders</h2><p class="soft">{SLIDERS_WORDS}</p>{found}</section>'


def _gates(content: Mapping[str, Any]) -> str:
    name = content["instruments"][0]["name"]
    lines = "".join(
        f'<tr><td class="{kind}">{verdict}</td><th scope="row">{html.escape(gate["name"])}</th>'
        f"<td>{html.escape(gate['found'])}</td><td>{html.escape(gate['wanted'])}</td></tr>"
        for gate in content["gates"]
        for kind, verdict in [_VERDICTS[gate["is_met"]]]
    )
    return (
        f'<section id="gates"><h2>Gates of {html.escape(name)}</h2><p class="soft">What a release must reach. Other '
        'instruments are its baselines.</p><div class="wide"><table class="words"><thead><tr><th></th><th>Gate'
        f"</th><th>Found</th><th>Wanted</th></tr></thead><tbody>{lines}</tbody></table></div></section>"
    )


_VERDICTS = {True: ("yes", "met"), False: ("no", "not met"), None: ("soft", "not measured")}


def _distribution(embedding: str, found: Mapping[str, Any]) -> str:
    return f"<h3>Embedding: {html.escape(embedding)}</h3>{table(found['rows'], DISTRIBUTION)}{_differences(found)}"


def _differences(found: Mapping[str, Any]) -> str:
    """Return, in words, which instruments are surely nearer to real sounds than which."""
    column = Column(("kid",), "", digits=3)
    lines = []
    for one in found["differences"]:
        if one["of"] != REAL:
            sure = one["kid"]["low"] > 0 or one["kid"]["high"] < 0
            verdict = "surely " + ("farther" if one["kid"]["value"] > 0 else "nearer") if sure else "not surely apart"
            low, high = (figure(one["kid"][end], column) for end in ("low", "high"))
            pair = html.escape(f"{one['of']} against {one['to']}")
            lines.append(f"<li>{pair}: {verdict} ({low} … {high})</li>")
    return f"<ul class='soft'>{''.join(lines)}</ul>" if lines else ""


def _originality(rows: Mapping[str, Any]) -> str:
    return (
        '<section id="originality"><h2>Sounds of its own</h2>'
        f'<p class="soft">{ORIGINALITY_WORDS}</p>{table(rows, ORIGINALITY)}{page_lists.pairs(rows)}</section>'
    )


def _gallery(content: Mapping[str, Any]) -> str:
    rows = content["rows"]
    unknown = {one["name"]: one["unknown_classes"] for one in content["instruments"]}
    labels = sorted({label for row in rows.values() for label in row["gallery"]})
    parts = []
    for label in labels:
        figures = [_figure(name, label, row) for name, row in rows.items() if label not in unknown.get(name, ())]
        parts.append(f'<h3>{html.escape(_spoken(label))}</h3><div class="gallery">{"".join(figures)}</div>')
    return (
        '<section id="listen"><h2>Look and listen</h2><p class="soft">Random hits of each class, none chosen. Each '
        f"tile is the judged window from the onset, low notes below; click on it to hear the whole hit.</p>"
        f"{''.join(parts)}</section>"
    )


def _figure(name: str, label: str, row: Mapping[str, Any]) -> str:
    shown, folder = row["gallery"][label], row["files"]
    what = f"{_spoken(label)} of {name}"
    buttons = _buttons([f"{folder}/{sound}" for sound in shown["sounds"]], what)
    picture = html.escape(f"{folder}/{shown['picture']}", quote=True)
    return (
        f"<figure><figcaption>{html.escape(name)}</figcaption>"
        f'<div class="tiles"><img src="{picture}" alt="Spectrograms: {html.escape(what, quote=True)}" loading="lazy">'
        f"<div>{buttons}</div></div></figure>"
    )


def _buttons(sounds: Sequence[str], what: str) -> str:
    return "".join(
        f'<button type="button" data-sound="{html.escape(sound, quote=True)}" '
        f'aria-label="Play {html.escape(what, quote=True)}, {number}"></button>'
        for number, sound in enumerate(sounds, 1)
    )


def _spoken(label: str) -> str:
    return label.replace("_", " ") or "any sound"


def _circumstances(content: Mapping[str, Any]) -> str:
    entries = [
        ("Made by", f"drumlin {content['made_by']['drumlin']}, {content['made_by']['commit']}"),
        ("The judge's networks", content["judge"]),
        ("Data set", content["data"]["hash"]),
        *((one["name"], f"{one['recipe']}, {one['sha256']}") for one in content["instruments"]),
        ("Settings", ", ".join(f"{key} {value}" for key, value in content["settings"].items() if value != [])),
    ]
    lines = "".join(f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>" for key, value in entries)
    return f'<section id="made"><h2>How this was made</h2><dl>{lines}</dl></section>'
