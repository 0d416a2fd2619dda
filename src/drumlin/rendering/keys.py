"""Keys: struck, most of them ringing; softer up high."""

from .additive import Additive
from .modulated import FrequencyModulation
from .noise import Noise
from .patch import Envelope, Patch
from .plucked import String

KEYS: dict[str, Patch] = {
    "keys_electric": Patch(
        layers=(
            (
                FrequencyModulation(
                    index=0.75,
                    index_left=0.25,
                    index_s=0.5,
                    force_index=2.0,
                    key_index=0.3,
                    decay_s=5.5,
                    voices=2,
                    detune_cents=3.0,
                    width=0.6,
                ),
                0.0,
            ),
            (
                FrequencyModulation(
                    modulator=14.0,
                    index=0.35,
                    index_left=0.0,
                    index_s=0.12,
                    force_index=2.0,
                    key_index=0.6,
                    decay_s=0.9,
                    key_decay=0.3,
                ),
                -14.0,
            ),
        ),
        envelope=Envelope(attack_s=0.002, release_s=0.18),
        level_db=-20.5,
        key_db=-1.0,
        ring_s=8.0,
    ),
    "keys_piano": Patch(
        layers=(
            (
                String(
                    position=0.12,
                    decay_s=7.0,
                    key_decay=0.65,
                    damping=0.22,
                    cutoff_hz=1500.0,
                    force_octaves=3.2,
                    stiffness=0.00035,
                    luck_db=1.2,
                    strings=2,
                    detune_cents=0.9,
                    width=0.6,
                    body=((180.0, 2.0, 0.8), (420.0, 1.5, 0.5)),
                ),
                0.0,
            ),
            (
                String(
                    position=0.12,
                    decay_s=1.6,
                    damping=0.5,
                    slope_db=-2.0,
                    cutoff_hz=2200.0,
                    force_octaves=3.2,
                    stiffness=0.00035,
                    luck_db=2.0,
                    width=0.6,
                ),
                -5.0,
            ),
            (Noise(high_hz=1800.0, key_track=0.3, slope_db=-6.0, decay_s=0.06, width=0.5), -24.0),
        ),
        envelope=Envelope(attack_s=0.0015, release_s=0.16),
        level_db=-22.0,
        key_db=-1.0,
        lowest=21,
        highest=108,
        ring_s=10.0,
    ),
    "keys_organ": Patch(
        layers=(
            (
                Additive(
                    ratios=(0.5, 1, 1.5, 2, 3, 4, 5, 6, 8),
                    levels_db=(-6, 0, -9, -5, -9, -13, -22, -20, -18),
                    decays_s=(0, 0, 0, 0, 0, 0, 0, 0, 0),
                    key_decay=0.0,
                    force_db=1.0,
                    voices=2,
                    detune_cents=4.0,
                    width=0.7,
                ),
                0.0,
            ),
            (Noise(low_hz=1500.0, high_hz=7000.0, decay_s=0.03, width=0.0), -22.0),
        ),
        envelope=Envelope(attack_s=0.006, release_s=0.05),
        level_db=-26.0,
        dynamics=0.8,
        strokes=2,
    ),
    "keys_bell": Patch(
        layers=(
            (
                FrequencyModulation(
                    modulator=3.5,
                    index=1.1,
                    index_left=0.15,
                    index_s=0.7,
                    force_index=1.6,
                    key_index=0.5,
                    decay_s=4.5,
                    key_decay=0.4,
                    voices=2,
                    detune_cents=3.0,
                    width=0.7,
                ),
                0.0,
            ),
            (Additive(ratios=(1, 2.0, 4.1), levels_db=(0, -10, -22), decays_s=(6.0, 4.0, 1.5), key_decay=0.4), -4.0),
        ),
        envelope=Envelope(attack_s=0.001, release_s=0.6),
        level_db=-22.0,
        key_db=-1.5,
        lowest=48,
        highest=103,
        ring_s=6.0,
    ),
}
