from xml.etree import ElementTree

from tests.listening.pieces import heard

from drumlin.listening import draw_heard


def test_picture_is_an_svg_that_shows_the_letters() -> None:
    root = ElementTree.fromstring(draw_heard(heard(), "A <track> & more"))
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words[0] == "A <track> & more"
    assert [word for word in words if word in ("A", "B")] == list(heard().form)
