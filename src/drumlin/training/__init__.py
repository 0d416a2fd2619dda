"""Learning a recipe on a data set, and exporting what was learned; needs torch."""

from .loop import Outcome
from .run import train, work_folder
from .settings import TrainSettings

__all__ = ["Outcome", "TrainSettings", "train", "work_folder"]
