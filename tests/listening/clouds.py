"""A small model of descriptors made by hand, whose right answers are known, and rows that it reads."""

import numpy as np

from drumlin.listening.describing import DESCRIBED_NAMES
from drumlin.listening.descriptor_model import DescriptorModel, EvidenceShares
from drumlin.listening.descriptor_table import TARGETS, DescriptorTable
from drumlin.listening.momentum import MOMENTUM_NAMES, MomentumLine
from drumlin.listening.networks import Network

TABLE = DescriptorTable(
    ("folk_dance_calm", "folk_dance_wild", "folk_lullaby_calm", "rock_punk_wild"),
    {
        "genre": ("folk", "folk", "folk", "rock"),
        "subgenre": ("dance", "dance", "lullaby", "punk"),
        "mood": ("calm", "wild", "calm", "wild"),
        "sentiment": ("positive", "negative", "positive", "negative"),
        "valence": ("1", "0", "1", "0"),
        "momentum": ("0", "4", "0", "4"),
    },
)
SIZE, COUNT = len(DESCRIBED_NAMES), len(TABLE.names)
CLARITY = DESCRIBED_NAMES.index("clarity")
SURE = 8.0


def made_model() -> DescriptorModel:
    """Return a model that reads the first four numbers of a row as the votes for the four descriptors."""
    votes = np.zeros((SIZE, COUNT))
    votes[:COUNT] = np.eye(COUNT)
    network = Network(np.zeros(1), np.ones(1), votes, np.zeros(COUNT), SURE * np.eye(COUNT), np.zeros(COUNT))
    line = MomentumLine(np.zeros(1), np.ones(1), np.full(len(MOMENTUM_NAMES), 0.1), 1.0, 0.8)
    return DescriptorModel(
        table=TABLE,
        mean=np.zeros(SIZE),
        scale=np.ones(SIZE),
        networks=(network,),
        temperature=1.0,
        shares=EvidenceShares(1.0, 0.5, 0.0),
        axes=votes,
        prototypes=2.0 * np.eye(COUNT),
        known=np.array([-4.0, 0.0, 0.0, 4.0]),  # known within a distance of e
        momentum=line,
        momentum_share=0.0,
        thresholds=dict.fromkeys((*TARGETS, "known"), 0.5),
        distances=np.ones((COUNT, COUNT)) - np.eye(COUNT),
    )


def row(*votes: float, is_pitched: bool = True) -> np.ndarray:
    """Return a described stretch that votes for the descriptors, and in which more than drums is heard or not."""
    numbers = np.zeros(SIZE)
    numbers[: len(votes)] = votes
    numbers[CLARITY] = float(is_pitched)
    return numbers
