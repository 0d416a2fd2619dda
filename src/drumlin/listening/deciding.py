"""From probabilities to a reading: marginals, measured momentum, and the courage to say "unknown".

What is no music of the dictionary gets no genre, subgenre or mood. What is too unsure for a name is told by its parent:
the genre without a subgenre, the sentiment without a valence. Shape letter: `E` descriptors.
"""

import numpy as np

from ..units import Array
from .descriptor_model import DescriptorModel, log_softmax
from .descriptor_reading import UNKNOWN, Choice, DescriptorReading
from .descriptor_table import TARGETS

PARENTS = {"subgenre": "genre", "valence": "sentiment"}
"""Where the parent is refused, so is the child."""

NAMED = frozenset({"genre", "subgenre", "mood"})
"""Words of the dictionary: they mean nothing where the music is none of it."""

N_CANDIDATES = 5


def read_stretch(
    model: DescriptorModel, span_s: tuple[float, float], logs: Array, known: float, momentum_value: float
) -> DescriptorReading:
    """Return the reading of a stretch.

    Args:
        model: what was learned.
        span_s: begin and end, seconds.
        logs: log probabilities of the descriptors, shape (E,).
        known: probability that it is any of them.
        momentum_value: as measured, 0 to 4.
    """
    probabilities = np.exp(logs)
    marginals = target_probabilities(model, logs, momentum_value)
    refused = "known" if known < model.thresholds["known"] else ""
    choices: dict[str, Choice] = {}
    for target in TARGETS:
        best = int(marginals[target].argmax())
        choice = Choice(model.table.choices[target][best], float(marginals[target][best]))
        parent = choices.get(PARENTS.get(target, ""))
        if refused and target in NAMED:
            choice = Choice(UNKNOWN, 1.0 - known)
        elif choice.probability < model.thresholds[target] or (parent is not None and parent.name == UNKNOWN):
            choice = Choice(UNKNOWN, 1.0 - choice.probability)
        choices[target] = choice
    order = np.argsort(-probabilities, kind="stable")[:N_CANDIDATES]
    candidates = tuple(Choice(model.table.names[place], float(probabilities[place])) for place in order)
    return DescriptorReading(
        start_s=span_s[0],
        end_s=span_s[1],
        candidates=candidates,
        genre=choices["genre"],
        subgenre=choices["subgenre"],
        mood=choices["mood"],
        sentiment=choices["sentiment"],
        valence=choices["valence"],
        momentum=choices["momentum"],
        known=known,
        momentum_value=momentum_value,
    )


def target_probabilities(model: DescriptorModel, logs: Array, momentum_value: float) -> dict[str, Array]:
    """Return by target the probability of each label, momentum joined with what was measured."""
    marginals = model.table.marginals(np.exp(logs))
    measured = model.momentum.level_scores(np.asarray(momentum_value))
    levels = [int(level) for level in model.table.choices["momentum"]]
    joined = np.log(marginals["momentum"] + 1e-9) + model.momentum_share * measured[levels]
    return marginals | {"momentum": np.exp(log_softmax(joined))}
