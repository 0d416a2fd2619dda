"""Preparing: from folders of audio to a data set in which all samples are alike, and reading it."""

from .align import align_peak
from .dataset import Dataset, is_dataset
from .plan import PrepareOptions
from .prepare import PrepareInterrupted, prepare
from .preview import PreviewSound, preview_samples
from .preview_page import write_preview
from .profiles import default_length_s
from .report import Summary
from .samples import SPLITS, Credit, Refused, Sample, Settings, Split
from .writing import write_dataset

__all__ = [
    "SPLITS",
    "Credit",
    "Dataset",
    "PrepareInterrupted",
    "PrepareOptions",
    "PreviewSound",
    "Refused",
    "Sample",
    "Settings",
    "Split",
    "Summary",
    "align_peak",
    "default_length_s",
    "is_dataset",
    "prepare",
    "preview_samples",
    "write_dataset",
    "write_preview",
]
