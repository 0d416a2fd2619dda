"""Plucked strings, and a synthesiser that plays like one."""

from .noise import Noise
from .patch import Envelope, Patch
from .plucked import String
from .subtractive import Subtractive

PLUCKS: dict[str, Patch] = {
    "pluck_guitar": Patch(
        layers=(
            (
                String(
                    position=0.18,
                    decay_s=3.4,
                    key_decay=0.5,
                    damping=0.9,
                    slope_db=-2.5,
                    cutoff_hz=2600.0,
                    force_octaves=2.4,
                    stiffness=4e-05,
                    luck_db=1.2,
                    width=0.25,
                    body=((105.0, 4.0, 0.4), (205.0, 4.0, 0.35), (420.0, 2.0, 0.4)),
                ),
                0.0,
            ),
            (Noise(low_hz=1500.0, high_hz=6000.0, decay_s=0.025, width=0.0), -22.0),
        ),
        envelope=Envelope(attack_s=0.0012, release_s=0.12),
        level_db=-18.0,
        key_db=-0.5,
        lowest=36,
        highest=92,
        ring_s=5.0,
        variations=2,
    ),
    "pluck_harp": Patch(
        layers=(
            (
                String(
                    position=0.42,
                    decay_s=4.0,
                    damping=0.7,
                    slope_db=-6.0,
                    cutoff_hz=2000.0,
                    stiffness=1e-05,
                    luck_db=0.8,
                    width=0.5,
                    body=((300.0, 2.0, 0.8),),
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.002, release_s=0.5),
        level_db=-19.0,
        key_db=-1.0,
        lowest=28,
        highest=103,
        ring_s=5.0,
    ),
    "pluck_mute": Patch(
        layers=(
            (
                String(
                    position=0.1,
                    decay_s=0.45,
                    key_decay=0.3,
                    damping=2.5,
                    cutoff_hz=1800.0,
                    force_octaves=2.4,
                    stiffness=4e-05,
                    luck_db=1.2,
                    width=0.2,
                    body=((200.0, 4.0, 0.4),),
                ),
                0.0,
            ),
            (Noise(low_hz=1000.0, decay_s=0.02, width=0.0), -20.0),
        ),
        envelope=Envelope(attack_s=0.0012, release_s=0.06),
        level_db=-15.5,
        lowest=36,
        highest=92,
        ring_s=1.0,
        variations=2,
    ),
    "pluck_synth": Patch(
        layers=(
            (
                Subtractive(
                    voices=3,
                    detune_cents=8.0,
                    width=0.8,
                    cutoff_hz=450.0,
                    sweep_octaves=3.2,
                    sweep_s=0.09,
                    force_octaves=2.4,
                    resonance_db=4.0,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.002, decay_s=0.22, sustain=0.0, release_s=0.15),
        level_db=-15.0,
        ring_s=2.0,
    ),
}
