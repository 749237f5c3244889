"""What reaches Streamlit of a text: boxes have no icon of its making, options of a choice are told apart."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _boxes() -> None:
    from dashboard.components import write

    write.error("\N{POLICE CARS REVOLVING LIGHT} set: x")
    write.warning("1\ufe0f\u20e3 set: x")
    write.error("set: x")


def test_an_emoji_at_the_start_of_a_box_is_text() -> None:
    app = AppTest.from_function(_boxes).run()
    (first, last), (keycap,) = app.error, app.warning
    assert [each.icon for each in (first, last, keycap)] == ["", "", ""]
    assert first.value == ":small[]\N{POLICE CARS REVOLVING LIGHT} set: x"
    assert last.value == "set: x"


def _choice() -> None:
    from dashboard.components import write

    names = [f"a family with a name that is as long as names may be, and {end}" for end in ("one", "two")]
    write.markdown(write.selectbox("Family", names, key="family"))
    write.markdown(str(write.pills("Families", names, selection_mode="multi", key="families")))


def test_the_option_that_was_chosen_is_the_one_that_was_shown() -> None:
    app = AppTest.from_function(_choice).run()
    assert app.selectbox[0].options == ["a family wit…one", "a family wit…two"]
    app.selectbox[0].select("a family wit…two").run()
    assert app.markdown[0].value == "a family with a name that is as long as names may be, and two"
    assert not app.exception
