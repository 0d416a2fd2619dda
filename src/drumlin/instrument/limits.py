"""How large an instrument may be: far above what the recipes need, far below what harms a machine."""

MAX_FILE_BYTES = 256 << 20
"""Largest file, bytes."""

MAX_MANIFEST_BYTES = 16 << 20
"""Largest manifest, bytes: room for the names of 100,000 samples."""

MAX_SAMPLE_RATE = 192_000
"""Highest sample rate, Hz."""

MIN_SAMPLE_RATE = 4_000
"""Lowest sample rate, Hz."""

MAX_LENGTH = 1 << 22
"""Longest output, points: 95 s at 44.1 kHz."""

MAX_LATENT_SIZE = 4096
"""Largest latent."""

MAX_POINTS = 1_000_000
"""Most training samples on the plane."""

MAX_CLASSES = 256
"""Most classes, and most controls."""

MAX_TENSOR_ELEMENTS = 1 << 26
"""Most elements of one value inside a graph: 256 MB of float32."""

MAX_NODES = 100_000
"""Most operators in a graph."""

BATCH = 16
"""Sounds decoded at once. The runtime runs batches of 1 and of this size only: the two sizes that were verified."""

CHECK_TOLERANCE = 1e-4
"""Largest difference, full scale 1, between the stored check sound and what this machine makes of it."""
