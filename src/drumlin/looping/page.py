"""The report of a loop as a page that opens from the disk: tables, pictures, and players for every piece."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..audio import write_atomically
from ..evaluation.page_style import SCRIPT, STYLE
from ..listening import TARGETS
from .agreement import COMPARED
from .lanes import draw_lanes

MISSING = "\N{EN DASH}"
_WORDS = {"descriptor": "all three"}  # genre, subgenre and mood at once


def write_page(content: Mapping[str, Any], out: Path) -> Path:
    """Write `index.html` for the content of a report and return its path."""
    path = out / "index.html"
    write_atomically(path, render_page(content).encode("utf-8", "backslashreplace"))
    return path


def render_page(content: Mapping[str, Any]) -> str:
    """Return the page of a report."""
    titles = content["titles"]
    names = ", ".join(title["track"] for title in titles)
    links = "".join(f'<a href="#{_safe(title["name"])}">{_safe(title["track"])}</a>' for title in titles)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Drumlin loop: {_safe(names)}</title><style>{STYLE}</style>"
        f"<h1>{_safe(names)}</h1>{_summary(content)}"
        f'<nav><a href="#single">One style at a time</a><a href="#form">Along the form</a>{links}</nav>'
        f"{_refused(content['refused'])}{_single(content)}{_multi(content)}"
        f"{''.join(map(_title, titles))}<script>{SCRIPT}</script></html>\n"
    )


def _summary(content: Mapping[str, Any]) -> str:
    pieces = sum(len(title["trials"]) for title in content["titles"])
    return (
        f'<p class="soft">What was heard, what was made of it, and what was heard in that: {pieces} pieces, drums by '
        f"{_safe(content['instrument']['name'])}. Small numbers are 95 % intervals. Agreement with the request is "
        "held against what is known; the reading of the track is itself a guess.</p>"
    )


def _refused(refused: Sequence[Mapping[str, str]]) -> str:
    return "".join(f'<p class="notice">{_safe(one["track"])}: {_safe(one["reason"])}</p>' for one in refused)


def _single(content: Mapping[str, Any]) -> str:
    tables = content["tables"]
    rows = [("Study", _study(tables["study"]["single"])), ("Asked for", tables["single"])]
    return (
        '<section id="single"><h2>One style at a time</h2><p class="soft">Pieces of one region, for the likeliest '
        f"styles, tempi and keys of each track.</p>{_table(rows)}{_measures(tables['measured']['single'], {})}"
        "</section>"
    )


def _multi(content: Mapping[str, Any]) -> str:
    tables = content["tables"]
    found = tables["multi"]
    rows = [
        ("Study, with its input", _study(tables["study"]["multi"])),
        ("With the request", found["requested"]),
        ("With the reading of the track", found["reading"]),
    ]
    for name, title in found["titles"].items() if len(found["titles"]) > 1 else ():
        rows += [(f"{name}: request", title["requested"]), (f"{name}: reading", title["reading"])]
    return (
        '<section id="form"><h2>Along the form</h2><p class="soft">Pieces that go the way of the whole track, region '
        f"by region, each with chances and a kit of its own.</p>{_table(rows)}"
        f"{_measures(tables['measured']['multi'], tables['boundaries'])}</section>"
    )


def _study(row: Mapping[str, float]) -> dict[str, Any]:
    return {target: {"agreement": {"value": row[target]}} for target in TARGETS}


def _table(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    head = "".join(f"<th>{_WORDS.get(target, target)}</th>" for target in COMPARED)
    lines = "".join(
        f'<tr><th scope="row">{_safe(name)}</th>{"".join(_cell(row.get(target)) for target in COMPARED)}</tr>'
        for name, row in rows
    )
    known = [(name, row) for name, row in rows if row.get("regions")]
    more = "".join(
        f'<tr><th scope="row">{_safe(name)}: {words}</th>'
        f"{''.join(f'<td>{row[target][entry]:.2f}</td>' for target in COMPARED)}</tr>"
        for name, row in known[:2]
        for entry, words in (("majority", "commonest alone"), ("macro_f1", "macro-F1"), ("covered", "not refused"))
    )
    return (
        f'<div class="wide"><table><thead><tr><th></th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
        f'<details><summary>Baselines, macro-F1, coverage</summary><div class="wide"><table><thead><tr><th></th>{head}'
        f"</tr></thead><tbody>{more}</tbody></table></div></details>"
    )


def _cell(found: Mapping[str, Any] | None) -> str:
    value = found and found["agreement"]
    if not value:
        return f"<td>{MISSING}</td>"
    low = value.get("low")
    between = "" if low is None else f"<small>{low:.2f} … {value['high']:.2f}</small>"
    return f"<td>{value['value']:.3f}{between}</td>"


def _measures(found: Mapping[str, Any], boundaries: Mapping[str, Any]) -> str:
    words = {
        "tempo": "tempo within 4 %",
        "key": "key, weighted",
        "boundary_f": "boundaries, F within 0.5 s",
        "joins_found": "joins of regions found",
    }
    numbers = [
        f"{words[name]} {value['value']:.2f} ({value['low']:.2f} … {value['high']:.2f})"
        for name, value in {**found, **boundaries}.items()
        if name in words and value
    ]
    return f'<p class="soft">Heard again: {"; ".join(numbers)}.</p>' if numbers else ""


def _title(title: Mapping[str, Any]) -> str:
    folder = _safe(title["name"])
    tempi = ", ".join(f"{one['bpm']:.1f} ({one['probability']:.0%})" for one in title["tempo"])
    pieces = "".join(_piece(folder, trial) for trial in title["trials"])
    return (
        f'<section id="{folder}"><h2>{_safe(title["track"])}</h2>'
        f'<p class="soft">{tempi} BPM; {_safe(title["key"])}; form {_safe(title["form"])}. '
        f'<a href="{folder}/windows.csv">Windows</a>, <a href="{folder}/segments.csv">segments</a>.</p>'
        f'<img src="{folder}/heard.svg" alt="Form, keys and tempo of the track" style="max-width:100%">'
        f"<h3>Parts</h3>{_segments(title['segments'])}<h3>Pieces</h3>"
        f'<div class="wide"><table class="words"><thead><tr><th></th><th>Piece</th><th>Asked for, and heard again</th>'
        f"<th>Right</th></tr></thead><tbody>{pieces}</tbody></table></div></section>"
    )


def _segments(lines: Sequence[Mapping[str, Any]]) -> str:
    body = "".join(
        f"<tr><th>{_safe(line['letter'])}</th><td>{_clock(line['start_s'])}</td>"
        f"<td>{_safe(line['descriptor'])} ({line['probability']:.0%})</td>"
        f"<td>{_safe(line['majority']['descriptor'] or MISSING)}</td><td>{_safe(line['key'])}</td>"
        f"<td>{MISSING if line['tempo_bpm'] is None else format(line['tempo_bpm'], '.1f')}</td></tr>"
        for line in lines
    )
    return (
        '<div class="wide"><table class="words"><thead><tr><th></th><th>From</th><th>All windows together</th>'
        f"<th>Most windows</th><th>Key</th><th>Tempo</th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def _piece(folder: str, trial: Mapping[str, Any]) -> str:
    sound = f"{folder}/{_safe(trial['name'])}.flac"
    right = sum(region["agrees"]["descriptor"] for region in trial["regions"])
    return (
        f'<tr><td><button type="button" class="play" data-sound="{sound}" aria-label="Play {_safe(trial["name"])}">'
        f'play</button></td><th scope="row">{_safe(trial["name"])}</th><td>{draw_lanes(trial)}</td>'
        f'<td>{right} of {len(trial["regions"])} <a href="{folder}/{_safe(trial["name"])}.mid">MIDI</a></td></tr>'
    )


def _clock(time_s: float) -> str:
    return f"{int(time_s // 60)}:{time_s % 60:04.1f}"


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
