import pytest

from drumlin.composing import load_dictionary
from drumlin.composing.forms import Form, check_form, lay_out

FORMS = sorted({one.form for one in load_dictionary().values()})


@pytest.mark.parametrize("form", FORMS, ids="-".join)
@pytest.mark.parametrize("phrases", [*range(1, 20), 77])
def test_every_form_fits_every_length(form: Form, phrases: int) -> None:
    functions = lay_out(form, phrases)
    assert len(functions) == phrases
    assert "climax" in functions
    assert phrases < 3 or (functions[0], functions[-1]) == ("intro", "outro")
    assert functions.count("climax") >= phrases // 4


def test_a_long_region_has_all_its_sections() -> None:
    form: Form = ("intro", "build", "climax", "break", "climax", "outro")
    functions = lay_out(form, 12)
    merged = [function for place, function in enumerate(functions) if not place or function != functions[place - 1]]
    assert tuple(merged) == form


@pytest.mark.parametrize("form", [(), ("climax",), ("intro", "outro"), ("intro", "climax")])
def test_a_form_without_its_ends_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match="an intro, a climax"):
        check_form(form)
