"""The patches of the renderer, by name. Levels are set so that parts written at like velocities sit together."""

from ..errors import MissingError
from .additive import Additive
from .ensemble import Ensemble
from .modulated import FrequencyModulation
from .noise import Noise
from .patch import Envelope, Patch
from .plucked import String
from .subtractive import Subtractive
from .sweep import Sweep
from .vibrato import Vibrato

PATCHES: dict[str, Patch] = {
    "bass_sub": Patch(
        ((Additive((1, 2, 3, 4), (0, -16, -24, -34), (0, 0, 0, 0), force_db=8.0), 0.0),),
        Envelope(0.006, 0.0, 1.0, 0.06),
        level_db=-17.5,
        lowest=24,
        highest=60,
        strokes=3,
    ),
    "bass_saw": Patch(
        ((Subtractive("saw", 0.5, 2, 5.0, 0.0, 500.0, 0.3, 1.8, 0.12, 0.0, 2.4, 3.0, sub_db=-2.0), 0.0),),
        Envelope(0.003, 0.3, 0.75, 0.06),
        level_db=-17.5,
        lowest=24,
        highest=64,
    ),
    "bass_pluck": Patch(
        ((String(0.14, 2.4, 0.35, 0.7, -3.0, 1300.0, 2.4, 2e-5, 0.8), 0.0),),
        Envelope(0.0015, 0.0, 1.0, 0.07),
        level_db=-16.5,
        lowest=24,
        highest=64,
        ring_s=4.0,
    ),
    "bass_fm": Patch(
        ((FrequencyModulation(1.0, 1.0, 2.6, 0.3, 0.2, 1.6, 0.15, 5.0, 0.2), 0.0),),
        Envelope(0.002, 0.0, 1.0, 0.06),
        level_db=-16.5,
        lowest=24,
        highest=64,
        ring_s=4.0,
    ),
    "bass_upright": Patch(
        (
            (
                String(0.22, 1.5, 0.3, 1.6, -5.0, 700.0, 1.8, 3e-5, 1.0, body=((110.0, 3.0, 0.6), (240.0, 2.0, 0.4))),
                0.0,
            ),
            (Noise(500.0, 2200.0, 0.0, -6.0, decay_s=0.05, width=0.0), -20.0),
        ),
        Envelope(0.004, 0.0, 1.0, 0.09),
        level_db=-16.0,
        lowest=26,
        highest=64,
        ring_s=3.0,
    ),
    "pad_warm": Patch(
        (
            (Subtractive("saw", 0.5, 3, 9.0, 0.8, 750.0, 0.4, 0.9, 1.5, 0.5, 1.5, 1.0), 0.0),
            (Ensemble(-7.0, spread_cents=9.0, cutoff_hz=900.0), -2.0),
        ),
        Envelope(0.25, 0.0, 1.0, 0.7),
        level_db=-26.0,
        strokes=2,
    ),
    "pad_glass": Patch(
        (
            (
                Additive(
                    *((1, 2, 3, 4, 6, 8, 10), (0, -8, -14, -14, -22, -26, -34), (0, 0, 9.0, 7.0, 6.0, 4.0, 3.0)),
                    key_decay=0.3,
                    force_db=4.0,
                    voices=3,
                    detune_cents=6.0,
                    width=0.9,
                ),
                0.0,
            ),
            (
                Ensemble(-9.0, extra=((4, -12.0), (6, -18.0)), spread_cents=6.0, cutoff_hz=2500.0, bright_s=2.0),
                -3.0,
            ),
        ),
        Envelope(0.18, 0.0, 1.0, 0.9),
        level_db=-25.5,
        strokes=2,
    ),
    "pad_strings": Patch(
        (
            (
                Ensemble(
                    -5.0,
                    spread_cents=11.0,
                    cutoff_hz=2200.0,
                    bright_octaves=0.8,
                    bright_s=0.5,
                    formants=((300.0, 3.0, 0.7), (1200.0, 2.0, 0.6), (2800.0, 2.5, 0.5)),
                ),
                0.0,
            ),
        ),
        Envelope(0.14, 0.0, 1.0, 0.45),
        level_db=-24.0,
        strokes=2,
    ),
    "pad_dark": Patch(
        ((Ensemble(-9.0, spread_cents=14.0, cutoff_hz=450.0, bright_octaves=0.7, bright_s=2.5, wander=0.25), 0.0),),
        Envelope(0.5, 0.0, 1.0, 1.2),
        level_db=-22.0,
        strokes=2,
    ),
    "pad_choir": Patch(
        (
            (
                Ensemble(
                    -6.0,
                    spread_cents=10.0,
                    cutoff_hz=1800.0,
                    bright_octaves=0.5,
                    bright_s=0.9,
                    formants=((650.0, 9.0, 0.3), (1080.0, 6.0, 0.22), (2650.0, 6.0, 0.2), (300.0, -4.0, 0.6)),
                    wander=0.2,
                ),
                0.0,
            ),
            (Noise(1500.0, 6000.0, 0.2, -4.0), -36.0),
        ),
        Envelope(0.22, 0.0, 1.0, 0.6),
        level_db=-23.0,
        strokes=2,
        lowest=40,
        highest=88,
    ),
    "keys_electric": Patch(
        (
            (FrequencyModulation(1.0, 1.0, 0.75, 0.25, 0.5, 2.0, 0.3, 5.5, 0.5, 2, 3.0, 0.6), 0.0),
            (FrequencyModulation(1.0, 14.0, 0.35, 0.0, 0.12, 2.0, 0.6, 0.9, 0.3), -14.0),
        ),
        Envelope(0.002, 0.0, 1.0, 0.18),
        level_db=-22.0,
        key_db=-1.0,
        ring_s=8.0,
    ),
    "keys_piano": Patch(
        (
            (
                String(
                    *(0.12, 7.0, 0.65, 0.22, -3.0, 1500.0, 3.2, 3.5e-4, 1.2, 2, 0.9, 0.6),
                    ((180.0, 2.0, 0.8), (420.0, 1.5, 0.5)),
                ),
                0.0,
            ),
            (String(0.12, 1.6, 0.6, 0.5, -2.0, 2200.0, 3.2, 3.5e-4, 2.0, 1, 0.0, 0.6), -5.0),
            (Noise(200.0, 1800.0, 0.3, -6.0, decay_s=0.06, width=0.5), -24.0),
        ),
        Envelope(0.0015, 0.0, 1.0, 0.16),
        level_db=-20.5,
        key_db=-1.0,
        lowest=21,
        highest=108,
        ring_s=10.0,
    ),
    "keys_organ": Patch(
        (
            (
                Additive(
                    *((0.5, 1, 1.5, 2, 3, 4, 5, 6, 8), (-6, 0, -9, -5, -9, -13, -22, -20, -18), (0,) * 9),
                    key_decay=0.0,
                    force_db=1.0,
                    voices=2,
                    detune_cents=4.0,
                    width=0.7,
                ),
                0.0,
            ),
            (Noise(1500.0, 7000.0, 0.0, -3.0, decay_s=0.03, width=0.0), -22.0),
        ),
        Envelope(0.006, 0.0, 1.0, 0.05),
        level_db=-25.0,
        dynamics=0.8,
        strokes=2,
    ),
    "keys_bell": Patch(
        (
            (FrequencyModulation(1.0, 3.5, 1.1, 0.15, 0.7, 1.6, 0.5, 4.5, 0.4, 2, 3.0, 0.7), 0.0),
            (Additive((1, 2.0, 4.1), (0, -10, -22), (6.0, 4.0, 1.5), 0.4), -4.0),
        ),
        Envelope(0.001, 0.0, 1.0, 0.6),
        level_db=-22.5,
        key_db=-1.5,
        ring_s=6.0,
        lowest=48,
        highest=103,
    ),
    "pluck_guitar": Patch(
        (
            (
                String(
                    *(0.18, 3.4, 0.5, 0.9, -2.5, 2600.0, 2.4, 4e-5, 1.2, 1, 0.0, 0.25),
                    ((105.0, 4.0, 0.4), (205.0, 4.0, 0.35), (420.0, 2.0, 0.4)),
                ),
                0.0,
            ),
            (Noise(1500.0, 6000.0, 0.0, -3.0, decay_s=0.025, width=0.0), -22.0),
        ),
        Envelope(0.0012, 0.0, 1.0, 0.12),
        level_db=-18.0,
        key_db=-0.5,
        ring_s=5.0,
        lowest=36,
        highest=92,
    ),
    "pluck_harp": Patch(
        ((String(0.42, 4.0, 0.6, 0.7, -6.0, 2000.0, 2.0, 1e-5, 0.8, 1, 0.0, 0.5, ((300.0, 2.0, 0.8),)), 0.0),),
        Envelope(0.002, 0.0, 1.0, 0.5),
        level_db=-19.0,
        key_db=-1.0,
        ring_s=5.0,
        lowest=28,
        highest=103,
    ),
    "pluck_mute": Patch(
        (
            (String(0.1, 0.45, 0.3, 2.5, -3.0, 1800.0, 2.4, 4e-5, 1.2, 1, 0.0, 0.2, ((200.0, 4.0, 0.4),)), 0.0),
            (Noise(1000.0, 4000.0, 0.0, -3.0, decay_s=0.02, width=0.0), -20.0),
        ),
        Envelope(0.0012, 0.0, 1.0, 0.06),
        level_db=-15.5,
        ring_s=1.0,
        lowest=36,
        highest=92,
    ),
    "pluck_synth": Patch(
        ((Subtractive("saw", 0.5, 3, 8.0, 0.8, 450.0, 0.5, 3.2, 0.09, 0.0, 2.4, 4.0), 0.0),),
        Envelope(0.002, 0.22, 0.0, 0.15),
        level_db=-15.0,
        ring_s=2.0,
    ),
    "lead_saw": Patch(
        ((Subtractive("saw", 0.5, 3, 11.0, 0.5, 2600.0, 0.4, 1.0, 0.25, 0.0, 2.0, 2.0, highest_hz=16000.0), 0.0),),
        Envelope(0.008, 0.4, 0.8, 0.12),
        level_db=-17.0,
        key_db=-1.0,
        vibrato=Vibrato(5.4, 9.0, 0.35),
    ),
    "lead_square": Patch(
        ((Subtractive("pulse", 0.46, 2, 5.0, 0.3, 2400.0, 0.5, 0.6, 0.2, 0.0, 2.0, 1.5, highest_hz=16000.0), 0.0),),
        Envelope(0.006, 0.3, 0.8, 0.1),
        level_db=-17.0,
        key_db=-1.0,
        vibrato=Vibrato(5.2, 9.0, 0.35),
    ),
    "lead_flute": Patch(
        (
            (Additive((1, 2, 3, 4, 5, 6), (0, -9, -16, -24, -32, -40), (0,) * 6, force_db=9.0), 0.0),
            (Noise(200.0, 2600.0, 0.8, -3.0, width=0.4), -33.0),
        ),
        Envelope(0.045, 0.0, 1.0, 0.12),
        level_db=-18.5,
        lowest=55,
        highest=98,
        vibrato=Vibrato(5.0, 14.0, 0.3),
    ),
    "lead_whistle": Patch(
        (
            (Additive((1, 2, 3), (0, -30, -36), (0, 0, 0), force_db=6.0), 0.0),
            (Noise(700.0, 3000.0, 1.0, 0.0, width=0.0), -30.0),
        ),
        Envelope(0.03, 0.0, 1.0, 0.1),
        level_db=-18.5,
        lowest=60,
        highest=100,
        vibrato=Vibrato(5.6, 18.0, 0.25),
    ),
    "lead_brass": Patch(
        (
            (
                Subtractive("saw", 0.5, 3, 6.0, 0.5, 1500.0, 0.5, 0.9, 0.5, 0.05, 2.8, 1.0, highest_hz=16000.0),
                0.0,
            ),
        ),
        Envelope(0.035, 0.5, 0.85, 0.12),
        level_db=-18.0,
        lowest=36,
        highest=88,
        vibrato=Vibrato(5.0, 7.0, 0.5),
    ),
    "texture_noise": Patch(
        ((Noise(400.0, 3500.0, 0.3, -4.0), 0.0),),
        Envelope(0.6, 0.0, 1.0, 1.0),
        level_db=-27.5,
        strokes=2,
    ),
    "texture_drone": Patch(
        (
            (Ensemble(-7.0, extra=((3, -10.0),), spread_cents=7.0, cutoff_hz=700.0, bright_s=4.0, wander=0.4), 0.0),
            (Noise(200.0, 900.0, 0.3, -4.0), -28.0),
        ),
        Envelope(0.9, 0.0, 1.0, 1.4),
        level_db=-25.0,
        strokes=2,
    ),
    "texture_shimmer": Patch(
        (
            (
                Ensemble(
                    -12.0,
                    extra=((2, -2.0), (3, -8.0), (4, -6.0), (8, -14.0)),
                    spread_cents=9.0,
                    cutoff_hz=5000.0,
                    bright_s=2.0,
                    wander=0.6,
                ),
                0.0,
            ),
        ),
        Envelope(0.7, 0.0, 1.0, 1.4),
        level_db=-25.0,
        strokes=2,
    ),
    "hit_boom": Patch(
        (
            (Sweep(1.6, 0.07, 3.0), 0.0),
            (Noise(60.0, 500.0, 0.0, -6.0, decay_s=1.2), -10.0),
            (Noise(300.0, 3500.0, 0.0, -3.0, decay_s=0.25), -14.0),
        ),
        Envelope(0.002, 0.0, 1.0, 0.4),
        level_db=-14.0,
        lowest=24,
        highest=47,
        ring_s=4.0,
        strokes=2,
    ),
    "hit_riser": Patch(
        ((Noise(250.0, 900.0, 0.0, -2.0, rise_octaves=3.2), 0.0),),
        Envelope(0.02, 0.0, 1.0, 0.06),
        level_db=-20.0,
        strokes=2,
        rises=True,
    ),
}


def patch_named(name: str) -> Patch:
    """Return a patch.

    Raises:
        MissingError: there is none of that name.
    """
    if name not in PATCHES:
        raise MissingError(f"no patch named {name!r}: there are {', '.join(sorted(PATCHES))}")
    return PATCHES[name]
