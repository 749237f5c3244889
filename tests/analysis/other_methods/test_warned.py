"""Warnings are told of one computation, also where readers compute at the same time."""

from __future__ import annotations

import threading
import warnings

from analysis.other_methods.warned import warned


def test_first_lines_once_also_where_python_would_not_show_them() -> None:
    with warned() as told:
        for _ in range(2):
            warnings.warn("the fit is perfect\nsecond line", RuntimeWarning, stacklevel=1)
        warnings.warn("old name", DeprecationWarning, stacklevel=1)
    assert told == {"the fit is perfect", "old name"}


def test_another_thread_is_not_told_of_and_its_warnings_go_where_they_went() -> None:
    with warnings.catch_warnings(record=True) as elsewhere, warned() as told:
        page = threading.Thread(target=lambda: warnings.warn("from a page", stacklevel=1))
        page.start()
        page.join()
    assert told == set()
    assert [str(each.message) for each in elsewhere] == ["from a page"]


def test_of_two_at_once_the_second_waits_and_nothing_is_left_behind() -> None:
    shown = warnings.showwarning
    first_in, second_in, first_out = (threading.Event() for _ in range(3))
    texts: dict[str, set[str]] = {}

    def first() -> None:
        with warned() as told:
            first_in.set()
            second_in.wait(0.3)  # it never comes while this block is open
            warnings.warn("first", stacklevel=1)
        texts["first"] = told
        first_out.set()

    def second() -> None:
        first_in.wait()
        with warned() as told:
            second_in.set()
            first_out.wait(0.3)
            warnings.warn("second", stacklevel=1)
        texts["second"] = told

    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {"first": {"first"}, "second": {"second"}}
    assert warnings.showwarning is shown
