"""The preview of a data set: a picture per sound and one page that shows and plays them, before and after.

The page holds everything inside itself: it opens from the disk, without a server, and can be sent to somebody.
"""

import base64
import html
from collections.abc import Sequence
from pathlib import Path

from ..audio.files import write_atomically
from ..audio.wav import encode_wav
from ..units import Waveform, seconds_to_points
from .dataset import Dataset
from .extras import wav_name
from .pictures import ONSET_COLOUR, PEAK_COLOUR, beside, draw_sound, encode_png
from .preview import PreviewSound, preview_samples

PREVIEW_FOLDER = "preview"

_LONGEST_BEFORE_S = 10.0  # what is played of a long file: the page stays small

_STYLE = """
:root { color-scheme: dark; font: 15px/1.5 system-ui, sans-serif; background: #121418; color: #dfe4ea; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
article { margin: 0 0 2rem; padding: 1rem; background: #1a1d23; border-radius: .5rem; }
img { width: 100%; height: auto; image-rendering: pixelated; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
audio { width: 100%; } .refused { color: #ff9aa8; } .onset { color: #ffbe46; } .peak { color: #ff5f78; }
"""


def write_preview(sources: Sequence[Path], dataset: Dataset, count: int) -> Path:
    """Write `preview/`: a PNG per sound and `index.html`.

    Args:
        sources: the folders the data set was made of.
        dataset: the data set; the page goes into its folder.
        count: how many sounds, spread evenly over the sources.
    Returns:
        The page.
    Raises:
        EmptyDatasetError: the sources hold no sound.
    """
    folder = dataset.folder / PREVIEW_FOLDER
    folder.mkdir(exist_ok=True)
    articles = []
    for number, sound in enumerate(preview_samples(sources, dataset.settings, count, skip=dataset.folder)):
        picture = draw_preview(sound)
        if picture:
            write_atomically(folder / wav_name(number, sound.name).replace(".wav", ".png"), picture)
        articles.append(_article(sound, picture))
    page = folder / "index.html"
    write_atomically(page, _page(dataset, articles).encode("utf-8", "backslashreplace"))
    return page


def draw_preview(sound: PreviewSound) -> bytes:
    """Return the picture of a sound, before on the left and after on the right, as PNG; empty if it was refused."""
    if sound.before is None or sound.after is None:
        return b""
    span_s = _span_s(sound)
    marks = {sound.onset_s: ONSET_COLOUR, sound.peak_s: PEAK_COLOUR}
    left = draw_sound(sound.before, sound.before_rate, span_s, {})
    return encode_png(beside(left, draw_sound(sound.after, sound.after_rate, span_s, marks)))


def _span_s(sound: PreviewSound) -> float:
    """Return the seconds that both pictures show: all of the row, of a longer file at most twice that."""
    before, after = sound.before, sound.after
    after_s = len(after) / sound.after_rate if after is not None else 1.0
    before_s = len(before) / sound.before_rate if before is not None else 0.0
    return max(after_s, min(before_s, 2 * after_s))


def _article(sound: PreviewSound, picture: bytes) -> str:
    title = f"<h2>{html.escape(sound.name)}</h2>"
    if sound.after is None or sound.before is None:
        return f'<article>{title}<p class="refused">Refused: {html.escape(sound.reason)}</p></article>'
    span_s = _span_s(sound)
    before = sound.before[: seconds_to_points(_LONGEST_BEFORE_S, sound.before_rate)]
    return (
        f"<article>{title}"
        f'<img src="{_data_url("image/png", picture)}" alt="Waveform and spectrogram before and after, {span_s:.2f} s">'
        f'<div class="pair">{_player("Before", before, sound.before_rate)}'
        f"{_player('After', sound.after, sound.after_rate)}</div>"
        f'<p>{span_s:.2f} s shown; <span class="onset">onset at {1000 * sound.onset_s:.1f} ms</span>, '
        f'<span class="peak">peak at {1000 * sound.peak_s:.1f} ms</span>, gain {sound.gain_db:+.1f} dB, '
        f"{sound.before_rate} Hz to {sound.after_rate} Hz</p></article>"
    )


def _player(title: str, waveform: Waveform, sample_rate: int) -> str:
    url = _data_url("audio/wav", encode_wav(waveform, sample_rate, encoding="16"))
    return f'<label>{title}<audio controls preload="auto" src="{url}"></audio></label>'


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _page(dataset: Dataset, articles: Sequence[str]) -> str:
    settings = dataset.settings
    summary = f"{len(dataset)} samples, profile {settings.profile}, {settings.sample_rate} Hz, {settings.length_s:g} s"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Before and after</title>'
        f"<style>{_STYLE}</style><h1>Before and after</h1>"
        f"<p>{summary}. Left: the file. Right: what is learned from.</p>"
        f"{''.join(articles)}</html>\n"
    )
