"""Learning a recipe on a data set, and exporting what was learned; needs torch."""

from .loop import Outcome
from .mine import continued_recipe, preparing_for
from .run import train, work_folder
from .settings import Start, TrainSettings

__all__ = ["Outcome", "Start", "TrainSettings", "continued_recipe", "preparing_for", "train", "work_folder"]
