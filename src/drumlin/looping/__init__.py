"""From a track that was heard to a new piece along its form, and back: heard again and scored. See docs/looping.md."""

from .guessing import guess_timeline
from .loop import LoopReport, run_loop
from .plans import LoopSettings, Plan, plan_loop
from .reference import Reference, hear_reference, segment_table, window_table
from .trials import Trial, try_plan

__all__ = [
    "LoopReport",
    "LoopSettings",
    "Plan",
    "Reference",
    "Trial",
    "guess_timeline",
    "hear_reference",
    "plan_loop",
    "run_loop",
    "segment_table",
    "try_plan",
    "window_table",
]
