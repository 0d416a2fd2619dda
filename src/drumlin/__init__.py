"""Drumlin learns one-shot samples and turns them into an instrument.

    import drumlin
    instrument = drumlin.default_instrument()
    waveform = instrument.play(drumlin.Note(x=0.2, y=-0.4))

The names are loaded when first used, so that `import drumlin` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .instrument import Instrument, Note, default_instrument, load

__all__ = ["Instrument", "Note", "__version__", "default_instrument", "load"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import instrument

        return getattr(instrument, name)
    raise AttributeError(f"module 'drumlin' has no attribute {name!r}")
