"""The catalogue's tables as they are today, for queries; `migrations` makes them.

    roots --< files >-- samples --< assignments >-- tags --< synonyms
                \\--< told

A sample is a sound, known by the hash of what is decoded; files are where it lies. Whatever people say of a sound
(tags) hangs on the sample, so it survives moving, renaming and copying; what a file says of itself hangs on the file.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

roots = Table(
    "roots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
)

samples = Table(
    "samples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("row", Integer, nullable=False, unique=True),
    Column("cluster", Integer),
    Column("embedder", Text, nullable=False),
    Column("is_missing", Boolean, nullable=False, default=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("peak_db", Double, nullable=False),
    Column("loudness_db", Double),
    Column("pitch_hz", Double),
    Column("pitch_confidence", Double),
    Column("brightness", Double),
    Column("noisiness_db", Double),
    Column("decay_s", Double),
    Column("attack_s", Double),
    Column("lead_s", Double),
    Column("tail_s", Double),
    Column("is_silent", Boolean, nullable=False),
    Column("clipped", Integer, nullable=False),
    Column("is_loop", Boolean, nullable=False),
    Column("tempo_bpm", Double),
)
"""`row` is the place in the vector files; `cluster` the least id among near-duplicates, None until that is known;
`is_missing` says that no file of it is there."""

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root_id", Integer, ForeignKey("roots.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("sample_id", Integer, ForeignKey("samples.id")),
    Column("problem", Text, nullable=False, default=""),
    Column("is_missing", Boolean, nullable=False, default=False),
    UniqueConstraint("root_id", "path"),
)
"""`path` is relative to the root, with `/`, written by `path_to_text`, and `folder` what of it is before the name;
`problem` says why there is no sample."""

told = Table(
    "told",
    metadata,
    Column("file_id", Integer, ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("root_id", Integer, ForeignKey("roots.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
)
"""Files beside the sounds that speak of them (Live's), as last read."""

tags = Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("colour", Text, nullable=False, default=""),
    Column("parent_id", Integer, ForeignKey("tags.id", ondelete="SET NULL")),
)

synonyms = Table(
    "synonyms",
    metadata,
    Column("phrase", Text, primary_key=True),
    Column("tag_id", Integer, ForeignKey("tags.id", ondelete="CASCADE"), nullable=False),
)
"""Other words for a tag, and its own name, as `words.phrase` gives them."""

assignments = Table(
    "assignments",
    metadata,
    Column("sample_id", Integer, ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("confidence", Double, nullable=False),
    Column("why", Text, nullable=False, default=""),
)
"""Origin `user`, `suggested` or `imported`; confidence 0 by the user means: not this tag."""

kept = Table(
    "kept",
    metadata,
    Column("name", Text, primary_key=True),
    Column("content", Text, nullable=False),
)
"""The catalogue's identity, and what was learned of its sounds, by name; see `keeping`."""

FACTS = tuple(column.name for column in samples.columns)[6:]
"""Columns of `samples` that are measured facts."""
