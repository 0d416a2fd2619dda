"""The process that prepares batches of files for another: paths on standard input, rows on standard output.

A question is a line of JSON, the files' names; an answer is a line of JSON, what became of each, and then the points of
all rows and of all fingerprints, float32 in the order of the machine. The first question is the settings.
"""

import json
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .preparing import Problem, Row, prepare_file
from .profiles import profile_of
from .samples import Settings


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    settings = Settings(**json.loads(questions.readline()))
    profile = profile_of(settings)
    _write(answers, [])  # ready
    for line in questions:
        outcomes = [prepare_file(Path(name), settings, profile) for name in json.loads(line)]
        _write(answers, [astuple(one.facts) if isinstance(one, Row) else one.reason for one in outcomes])
        for rows in _stacked(outcomes):
            answers.write(rows.data)
        answers.flush()


def _stacked(outcomes: list[Row | Problem]) -> list[Any]:
    rows = [one for one in outcomes if isinstance(one, Row)]
    return [np.stack([row.waveform for row in rows]), np.stack([row.fingerprint for row in rows])] if rows else []


def _write(answers: BinaryIO, content: list[Any]) -> None:
    answers.write(json.dumps(content).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
