import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.errors import QueryError
from drumlin.library.query import Between, HasTag, InFolder, Is, Term, Words, parse_query


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("snare", [Term(Words(("snare",)))]),
        ("Snare bright", [Term(Words(("snare",))), Term(Words(("bright",), "bright"))]),
        ('"hi hat" -loop', [Term(Words(("hi", "hat"))), Term(Words(("loop",)), True)]),
        ("<0.3s", [Term(Between("duration_s", high=0.3, high_open=True))]),
        (">=50ms", [Term(Between("duration_s", low=0.05))]),
        ("0,1..0,3s", [Term(Between("duration_s", 0.1, 0.3))]),
        ("pitch>1khz", [Term(Between("pitch_hz", low=1000.0, low_open=True))]),
        ("loudness>-20db", [Term(Between("loudness_db", low=-20.0, low_open=True))]),
        ("tempo=90..100", [Term(Between("tempo_bpm", 90.0, 100.0))]),
        ("channels=2", [Term(Between("channels", 2.0, 2.0))]),
        ("tag:punchy -tag:none", [Term(HasTag("punchy")), Term(HasTag(""), True)]),
        ('in:"My Kits"', [Term(InFolder(("my", "kits")))]),
        ("is:oneshot", [Term(Is("one-shot"))]),
    ],
)
def test_a_search_is_read(text: str, terms: list[Term]) -> None:
    assert list(parse_query(text)) == terms


def test_a_tempo_is_met_within_three_percent() -> None:
    assert parse_query("120bpm") == (Term(Between("tempo_bpm", 120 - 3.6, 120 + 3.6)),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("snare <0.3parsecs", "<0.3parsecs: the unit parsecs is unknown; s, ms, hz, khz, db, bpm are there"),
        ("pich>100hz", "there is no fact pich (did you mean pitch?)"),
        ("pitch>3s", "pitch is not measured in s"),
        (">-20db", "of what? name the fact"),
        ("snare<", "a comparison like <0.3s"),
        ("is:lop", "did you mean loop?"),
        ("tga:kick", "tga: is unknown (did you mean tag?)"),
        ("tag:", "something is expected behind tag:"),
        ('"hi hat', "the quotation mark is not closed"),
        ("...", "a word with letters or digits is expected"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(text)
    assert message in str(refused.value)


@given(st.text(alphabet='ab12<>=.:-"shz ,&*', max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_query(text)
    except QueryError as error:
        assert len(str(error)) > 5
