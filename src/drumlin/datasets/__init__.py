"""Preparing: from folders of audio to a data set in which all samples are alike, and reading it."""

from .dataset import Dataset, is_dataset
from .samples import SPLITS, Credit, Refused, Sample, Settings, Split
from .writing import write_dataset

__all__ = [
    "SPLITS",
    "Credit",
    "Dataset",
    "Refused",
    "Sample",
    "Settings",
    "Split",
    "is_dataset",
    "write_dataset",
]
