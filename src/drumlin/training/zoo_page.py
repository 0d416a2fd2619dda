"""The page of the zoo, written from the result files: a table, the study's findings tested, the scatters."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models import RECIPES, parameter_count
from ..models.recipes import STUDY_LENGTH
from .zoo import ORDER, REAL, read_row

Rows = dict[str, dict[str, Any]]

STILL_DB = 1.0
"""A plane whose ends differ by less than this does not move."""

JUMP_RATIO = 4.0
"""The steepest steps over the usual one, beyond which a plane jumps."""

NOISY_DB, RING_DB = 6.0, 3.0
"""By so much above the real sounds a noise floor is noise, and a line is ringing."""

CRUSHED = 1.5
"""Times the real sounds' share of energy in jumps from point to point."""

CLUSTERED = 0.5
"""Share of cells that stand empty beyond chance."""


@dataclass(frozen=True)
class Finding:
    """A statement of the study, and how the measured rows answer it.

    Args:
        text: what the study says.
        needs: rows without which it cannot be answered; `*` stands for both sizes of a convolutional model.
        holds: tells whether the rows repeat it.
        numbers: the measured numbers behind the answer.
    """

    text: str
    needs: tuple[str, ...]
    holds: Callable[[Rows], bool]
    numbers: Callable[[Rows], str]


def write_page(pages: Path) -> None:
    """Write `zoo.md` from the result files beside it."""
    rows = {name: row for name in (REAL, *ORDER) if (row := read_row(pages, name)) is not None}
    path = pages / "zoo.md"
    temporary = path.with_suffix(".tmp")
    temporary.write_text("\n".join([*_head(rows), *_table(rows), *_findings(rows), *_pictures(pages)]) + "\n")
    temporary.replace(path)


def _head(rows: Rows) -> list[str]:
    real = rows.get(REAL, {})
    return [
        "# The zoo",
        "",
        f"Written by `make zoo`. The source study's models, trained on {real.get('train_sounds', '?')} real snares and",
        f"measured on {real.get('valid_sounds', '?')} snares of kits that none of them has heard. The raw output of",
        "each network is judged, nothing is repaired. The row *real* holds the training sounds themselves. Columns:",
        "",
        "- *log-mel*: mean difference of mel spectrograms between a sound and what the model makes of it, dB",
        "  (128 bands, cells within 70 dB of the peak); models without an encoder: at the best place on the plane.",
        f"  The mean of all training sounds has {_number(real.get('mean_sound_log_mel_db'))} dB.",
        "- *start*, *end*: share of sounds, at 128 places of the plane, that begin with a step or are cut off;",
        "  *inside*: clicks per sound after the attack. *floor*: level of the last tenth against the peak, dB.",
        "  *lines*: height of spectral lines at the network's strides, dB. *stairs*: energy in jumps between points.",
        "- *step*: change of the sound per unit of the plane, dB, median; *jump*: its 95th percentile over the median;",
        "  *range*: difference between far places, dB.",
        "",
        "Real sounds are cut at 0.4 s by the study's preparation: hence their own *end*.",
        "",
    ]


_COLUMNS = (
    ("log-mel", "log_mel_db"),
    ("p90", "log_mel_p90_db"),
    ("start", "clicks_start"),
    ("end", "clicks_end"),
    ("inside", "clicks_inside"),
    ("floor", "noise_floor_db"),
    ("lines", "line_db"),
    ("stairs", "stairs"),
    ("step", "step_db"),
    ("jump", "jump_ratio"),
    ("range", "range_db"),
)


def _table(rows: Rows) -> list[str]:
    titles = ["recipe", "parameters", "batches", "minutes", *(title for title, _ in _COLUMNS), "remark"]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    lines += [_line(name, rows.get(name)) for name in (REAL, *ORDER)]
    tested = [name for name in ORDER if "test" in rows.get(name, {})]
    if tested:
        lines += ["", "On the test kits, measured once:", "", "| recipe | log-mel |", "|---|---|"]
        lines += [f"| {name} | {_number(rows[name]['test']['log_mel_db'])} |" for name in tested]
    made = sorted({f"{row['machine']}, commit {row['commit']}, {row['date']}" for row in rows.values()})
    return [*lines, "", "Made on: " + "; ".join(made) + ". Load and more of each row: `zoo/*.json`.", ""]


def _line(name: str, row: dict[str, Any] | None) -> str:
    count = "" if name == REAL else f"{parameter_count(RECIPES[name].config, STUDY_LENGTH):,}"
    blank = [""] * len(_COLUMNS)
    if row is None:
        return f"| {' | '.join([name, count, '', '', *blank, 'not trained yet'])} |"
    if "error" in row:
        return f"| {' | '.join([name, count, '', '', *blank, row['error']])} |"
    numbers = [_number(row["valid"].get(key)) for _, key in _COLUMNS]
    batches = f"{row['batches']:,}" if "batches" in row else ""
    return f"| {' | '.join([name, count, batches, _number(row.get('minutes')), *numbers, _remark(row)])} |"


def _remark(row: dict[str, Any]) -> str:
    parts = []
    if row.get("batches", 0) < row.get("study_batches", 0):
        parts.append(f"stopped at {row['batches']:,} of {row['study_batches']:,} batches")
    if row.get("advice"):
        parts.append("all sounds alike")
    if "active_units" in row.get("training", {}):
        parts.append(f"{row['training']['active_units']:.0f} active units")
    return ", ".join(parts)


def _findings(rows: Rows) -> list[str]:
    lines = ["## The study's findings", "", "| finding | repeats | measured |", "|---|---|---|"]
    for finding in FINDINGS:
        chosen = _choose(finding.needs, rows)
        if chosen is None:
            lines.append(f"| {finding.text} | not known yet | |")
            continue
        answer = "yes" if finding.holds(chosen) else "**no**"
        lines.append(f"| {finding.text} | {answer} | {finding.numbers(chosen)} |")
    return [*lines, ""]


def _choose(needs: tuple[str, ...], rows: Rows) -> Rows | None:
    """Return the rows a finding needs, the published size before the small one; None where one is missing."""
    for suffix in ("", "-16"):
        names = {need: need.replace("*", suffix) for need in needs}
        if all("valid" in rows.get(name, {}) for name in names.values()):
            return {need: rows[name] for need, name in names.items()}
    return None


def _pictures(pages: Path) -> list[str]:
    lines = ["## Where the training sounds lie", "", "Colours are kits.", ""]
    for name in ORDER:
        if (pages / "zoo" / f"{name}.svg").exists():
            lines += [f"### {name}", "", f"![{name}](zoo/{name}.svg)", ""]
    return lines


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) else ""


def _value(rows: Rows, name: str, key: str) -> float:
    return float(rows[name]["valid"][key])


def _mean(rows: Rows, key: str, *names: str) -> float:
    return sum(_value(rows, name, key) for name in names) / len(names)


def _size(size: str) -> tuple[str, ...]:
    return tuple(f"ae-{size}-{activation}" for activation in ("relu", "tanh", "sigmoid"))


_NINE = (*_size("small"), *_size("medium"), *_size("big"))
_OTHERS = (*_size("medium"), *_size("big"))


def _best_dense(rows: Rows) -> str:
    return min(_NINE, key=lambda name: _value(rows, name, "log_mel_db"))


def _clusters(rows: Rows) -> list[float]:
    return [float(rows[name]["clusters"]) for name in ("ae-small-sigmoid", "ae-medium-sigmoid", "ae-big-sigmoid")]


FINDINGS = (
    Finding(
        "Small dense autoencoders are clicky (more clicks inside than medium and big ones, and than real sounds)",
        (REAL, *_NINE),
        lambda rows: (
            _mean(rows, "clicks_inside", *_size("small"))
            > max(_mean(rows, "clicks_inside", *_OTHERS), _value(rows, REAL, "clicks_inside"))
        ),
        lambda rows: (
            f"clicks per sound: small {_mean(rows, 'clicks_inside', *_size('small')):.2f}, others "
            f"{_mean(rows, 'clicks_inside', *_OTHERS):.2f}, real {_value(rows, REAL, 'clicks_inside'):.2f}"
        ),
    ),
    Finding(
        "The medium one with tanh is the best of the nine (least log-mel distance on unseen kits)",
        _NINE,
        lambda rows: _best_dense(rows) == "ae-medium-tanh",
        lambda rows: (
            f"medium tanh {_value(rows, 'ae-medium-tanh', 'log_mel_db'):.2f} dB; best: {_best_dense(rows)} with "
            f"{_value(rows, _best_dense(rows), 'log_mel_db'):.2f} dB"
        ),
    ),
    Finding(
        f"Sigmoid clusters (more than {CLUSTERED:.0%} of the cells stand empty beyond chance, mean of three sizes)",
        ("ae-small-sigmoid", "ae-medium-sigmoid", "ae-big-sigmoid"),
        lambda rows: sum(_clusters(rows)) / 3 > CLUSTERED,
        lambda rows: "small, medium, big: " + ", ".join(f"{share:.0%}" for share in _clusters(rows)),
    ),
    Finding(
        f"Sigmoid is noisy when big (floor over {NOISY_DB:g} dB above the real sounds')",
        (REAL, "ae-big-sigmoid"),
        lambda rows: _value(rows, "ae-big-sigmoid", "noise_floor_db") > _value(rows, REAL, "noise_floor_db") + NOISY_DB,
        lambda rows: (
            f"floor {_value(rows, 'ae-big-sigmoid', 'noise_floor_db'):.1f} dB, real "
            f"{_value(rows, REAL, 'noise_floor_db'):.1f} dB"
        ),
    ),
    Finding(
        f"The convolutional autoencoder rings (lines over {RING_DB:g} dB above the real sounds')",
        (REAL, "ae-conv*"),
        lambda rows: _value(rows, "ae-conv*", "line_db") > _value(rows, REAL, "line_db") + RING_DB,
        lambda rows: f"lines {_value(rows, 'ae-conv*', 'line_db'):.1f} dB, real {_value(rows, REAL, 'line_db'):.1f} dB",
    ),
    Finding(
        f"The GAN sounds bit-crushed (stairs over {CRUSHED:g} times the real sounds')",
        (REAL, "wavegan*"),
        lambda rows: _value(rows, "wavegan*", "stairs") > CRUSHED * _value(rows, REAL, "stairs"),
        lambda rows: f"stairs {_value(rows, 'wavegan*', 'stairs'):.3f}, real {_value(rows, REAL, 'stairs'):.3f}",
    ),
    Finding(
        f"VAE A does not move (its far places differ by less than {STILL_DB:g} dB)",
        ("vae-a*",),
        lambda rows: _value(rows, "vae-a*", "range_db") < STILL_DB,
        lambda rows: f"range {_value(rows, 'vae-a*', 'range_db'):.2f} dB",
    ),
    Finding(
        f"VAE C jumps (its steepest steps are over {JUMP_RATIO:g} times the usual one, and steeper than B's)",
        ("vae-b*", "vae-c*"),
        lambda rows: _value(rows, "vae-c*", "jump_ratio") > max(JUMP_RATIO, _value(rows, "vae-b*", "jump_ratio")),
        lambda rows: (
            f"jump: B {_value(rows, 'vae-b*', 'jump_ratio'):.2f}, C {_value(rows, 'vae-c*', 'jump_ratio'):.2f}"
        ),
    ),
)
"""What the study says of its models, each with the numbers that would show it."""
