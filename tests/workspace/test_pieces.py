"""Pieces on disk: listed when whole, deleted so that they can come back, rendered and pruned."""

import os
from pathlib import Path

import pytest

from drumlin.errors import MissingError
from drumlin.journal import Journal
from drumlin.workspace import Pieces
from drumlin.workspace.pieces import Piece


@pytest.fixture
def pieces(tmp_path: Path) -> Pieces:
    return Pieces(tmp_path / "pieces", Journal(tmp_path / "journal"))


def made(pieces: Pieces, name: str = "song") -> Piece:
    with pieces.making(name, "track") as piece:
        piece.source.write_bytes(b"sound")
    return pieces.piece(piece.id)


def rendered(piece: Piece, render_id: str, at_s: float) -> None:
    truth = piece.render_folder(render_id) / "piece.truth.json"
    truth.write_text("{}")
    os.utime(truth, (at_s, at_s))


def test_a_piece_is_listed_once_it_is_whole(pieces: Pieces) -> None:
    with pieces.making("My song.v2/final", "track") as piece:
        assert pieces.pieces() == []
    found = pieces.piece(piece.id)
    assert (found.record.name, found.record.kind) == ("My song.v2 final", "track")
    assert (found.heard(), found.request(), found.renders()) == (None, None, [])


def test_a_piece_whose_making_fails_leaves_nothing(pieces: Pieces, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), pieces.making("song", "track") as piece:
        piece.source.write_bytes(b"so")
        raise OSError("the disk is full")
    assert list((tmp_path / "pieces").iterdir()) == []


def test_what_a_killed_server_left_is_swept_up(pieces: Pieces, tmp_path: Path) -> None:
    (tmp_path / "pieces/.20260101-000000-abcdef").mkdir(parents=True)
    Pieces(tmp_path / "pieces", Journal(tmp_path / "journal"))
    assert list((tmp_path / "pieces").iterdir()) == []


def test_what_is_written_is_read_again(pieces: Pieces) -> None:
    piece = made(pieces)
    piece.write_request({"timeline": {"duration_s": 4.0}})
    piece.write_heard({"form": "AB"})
    again = pieces.piece(piece.id)
    assert (again.request(), again.heard()) == ({"timeline": {"duration_s": 4.0}}, {"form": "AB"})


def test_a_damaged_file_counts_as_missing(pieces: Pieces) -> None:
    piece = made(pieces)
    piece.heard_path.write_text("{")
    assert piece.heard() is None
    (piece.folder / "piece.json").write_text("[]")
    assert pieces.pieces() == []


def test_only_ids_of_the_listing_are_known(pieces: Pieces) -> None:
    made(pieces)
    with pytest.raises(MissingError, match=r"no piece '\.\./pieces'"):
        pieces.piece("../pieces")


def test_a_deleted_piece_comes_back_by_undo(pieces: Pieces, tmp_path: Path) -> None:
    piece = made(pieces)
    piece.write_request({"timeline": {}})
    rendered(piece, "r", 1.0)
    pieces.delete(piece.id)
    assert pieces.pieces() == []
    Journal(tmp_path / "journal").undo()
    assert pieces.piece(piece.id).source.read_bytes() == b"sound"


def test_a_track_that_was_never_heard_leaves_nothing_to_undo(pieces: Pieces, tmp_path: Path) -> None:
    piece = made(pieces)
    pieces.delete(piece.id)
    assert (list((tmp_path / "pieces").iterdir()), Journal(tmp_path / "journal").title()) == ([], "")


def test_the_render_that_was_asked_for_last_comes_first_and_old_ones_go(pieces: Pieces) -> None:
    piece = made(pieces)
    for number, render_id in enumerate(["a", "b", "c"]):
        rendered(piece, render_id, 100.0 - number)
    piece.render_folder("unfinished")
    assert [one.id for one in piece.renders()] == ["a", "b", "c"]
    piece.prune(keep=2)
    assert [one.id for one in piece.renders()] == ["a", "b"]
    with pytest.raises(MissingError, match="no render 'c' of song"):
        piece.render("c")
