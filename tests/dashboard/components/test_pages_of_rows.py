"""A long table is shown a page at a time; a short one whole, without a control."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script(n: int) -> None:
    import streamlit as st

    from dashboard.components.pages_of_rows import choose_page

    shown = choose_page(range(n), key="page")
    st.text(f"{len(shown)} from {shown[0]}")


def run(n: int, page: int | None = None) -> AppTest:
    test = AppTest.from_function(script, args=(n,))
    if page is not None:
        test.session_state["page"] = page
    test.run()
    assert not test.exception
    return test


def test_a_thousand_rows_are_one_page_without_a_control() -> None:
    test = run(1000)
    assert (test.text[0].value, len(test.caption)) == ("1000 from 0", 0)


def test_one_row_more_is_a_second_page() -> None:
    assert run(1001).text[0].value == "1000 from 0"
    second = run(1001, page=2)
    assert second.text[0].value == "1 from 1000"
    assert second.caption[0].value.startswith("Rows 1,001 to 1,001 of 1,001")


def test_a_page_that_is_no_longer_there_becomes_the_first() -> None:
    assert run(2500, page=9).text[0].value == "1000 from 0"
