"""Families: labels that even real kits do not tell apart count as one.

A crash and a ride, both cut after a third of a second, are one sound; what packs call "perc" may be anything that is
struck, shaken or scraped by hand. Judged by label alone, a system would be punished for what its data calls things.
"""

FAMILIES: dict[str, tuple[str, ...]] = {
    "kick": ("kick",),
    "snare": ("snare",),
    "rim": ("rim",),
    "clap": ("clap",),
    "closed hat": ("hihat_closed",),
    "open hat": ("hihat_open",),
    "cymbal": ("crash", "ride"),
    "tom": ("tom",),
    "percussion": ("hand_drum", "cowbell", "shaker", "tambourine", "perc_other"),
}
"""Labels of each family."""

_FAMILY_OF = {label: family for family, labels in FAMILIES.items() for label in labels}


def family_of(label: str) -> str:
    """Return the family of a label; one that is in no family, and the empty label, is returned as it is."""
    return _FAMILY_OF.get(label, label)
