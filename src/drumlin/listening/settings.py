"""What a listener may choose."""

from dataclasses import dataclass

from ..errors import UsageError


@dataclass(frozen=True)
class ListenSettings:
    """How to listen.

    Args:
        window_s: length of a window, seconds.
        stride_s: seconds from one window to the next.
        low_bpm: slowest tempo that is considered.
        high_bpm: fastest tempo that is considered.
        tempo_centre_bpm: a tempo that is known to be near (a descriptor's, the DAW's); None: no such knowledge. It
            pulls by `tempo_spread_octaves`.
        tempo_spread_octaves: how far from it a tempo may lie before it becomes unlikely, standard deviation.
        forms: how many forms are named, the best one included.
        min_bars: a segment has at least so many bars.
        seed: of the clustering.
    Raises:
        UsageError: a value out of range.
    """

    window_s: float = 10.0
    stride_s: float = 2.0
    low_bpm: float = 45.0
    high_bpm: float = 220.0
    tempo_centre_bpm: float | None = None
    tempo_spread_octaves: float = 0.5
    forms: int = 3
    min_bars: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if not (2.0 <= self.window_s <= 120.0 and 0.1 <= self.stride_s <= self.window_s):
            raise UsageError(f"windows of {self.window_s:g} s each {self.stride_s:g} s: 2 to 120 s, stride up to that")
        if not 20.0 <= self.low_bpm < self.high_bpm / 2 <= 200.0:
            raise UsageError(
                f"tempi from {self.low_bpm:g} to {self.high_bpm:g} BPM: from 20 to 400, at least an octave"
            )
        if self.forms < 1 or self.min_bars < 1:
            raise UsageError(f"{self.forms} forms of segments of {self.min_bars} bars: at least 1 of each")
        if self.tempo_centre_bpm is not None and not self.low_bpm <= self.tempo_centre_bpm <= self.high_bpm:
            raise UsageError(f"a tempo near {self.tempo_centre_bpm:g} BPM lies outside the tempi considered")
