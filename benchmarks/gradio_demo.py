"""The demo that one would write without Drumlin's server: `python gradio_demo.py FILE.drumlin PORT`.

Runs in an environment of its own, as Gradio asks for versions of its own. Nothing is queued behind anything: the
limit on concurrent calls is lifted, which is the fastest that Gradio's interface for programs goes.
"""

import sys
from typing import Any

import gradio
import numpy as np

import drumlin


def main() -> None:
    """Serve one instrument at one port until killed."""
    instrument = drumlin.load(sys.argv[1])

    def play(x: float, y: float) -> tuple[int, Any]:
        waveform = instrument.at(x, y).clip(-1.0, 1.0)
        return instrument.sample_rate, (waveform * 32767).astype(np.int16)

    sliders = [gradio.Slider(-1, 1, label=name) for name in ("x", "y")]
    demo = gradio.Interface(play, sliders, gradio.Audio(), api_name="play", concurrency_limit=None)
    demo.launch(server_port=int(sys.argv[2]), quiet=True)


if __name__ == "__main__":
    main()
