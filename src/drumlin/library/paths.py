r"""Paths as text that every database takes, and back.

A name on Linux is any bytes; a database's text is not. What is no UTF-8 (lone surrogates in Python) is written as
`\udcXX`, and a backslash as two, so that each text stands for one path.
"""

import re

_ESCAPE = re.compile(r"\\(\\|ud[89a-f][0-9a-f]{2})")
_COMMAND = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")  # moves the cursor, colours, turns what follows


def path_to_text(path: str) -> str:
    """Return a path as it is stored."""
    return path.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def text_to_path(text: str) -> str:
    """Return the path that a stored text stands for."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def printable(path: str) -> str:
    """Return a path that can be printed on any terminal: a line break or a command to it is written as its code."""
    safe = _COMMAND.sub(lambda match: match.group().encode("unicode_escape").decode(), path)
    return safe.encode("utf-8", "backslashreplace").decode()


def _unescape(match: "re.Match[str]") -> str:
    code = match.group(1)
    return "\\" if code == "\\" else chr(int(code[1:], 16))
