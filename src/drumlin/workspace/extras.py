"""What learning needs and the base install leaves out."""

import importlib
import importlib.util

LEARNING_MODULES = ("torch", "lightning_fabric", "tensorboard", "onnxscript")


def has_learning() -> bool:
    """Whether everything that learning imports is installed; nothing of it is imported."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in LEARNING_MODULES)
