"""Dropped sounds that kept files refer to: one WAV each, named by the hash of what is in it."""

from pathlib import Path

from ..audio import encode_wav, read_mono, write_atomically
from ..errors import AudioReadError
from ..units import Waveform


class DroppedSounds:
    """A folder of dropped sounds. Nothing in it is ever replaced: equal names are equal sounds.

    Args:
        folder: made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sound: str, waveform: Waveform, sample_rate: int) -> None:
        """Write a sound, unless it is there.

        Args:
            sound: its hash, as `audio.MonoSound` has it.
            waveform: mono, (T,).
            sample_rate: Hz.
        Raises:
            OSError: the folder cannot be written.
        """
        if self.find(sound) is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(sound), encode_wav(waveform, sample_rate, encoding="32f"))

    def find(self, sound: str) -> tuple[Waveform, int] | None:
        """Return a sound, (T,), and its rate by its hash; None if it is not there, or is not that sound any more."""
        try:
            found = read_mono(self._path(sound))
        except AudioReadError:
            return None
        return (found.waveform, found.sample_rate) if found.sha256 == sound else None

    def _path(self, sound: str) -> Path:
        return self._folder / f"{sound}.wav"
