"""Other methods in words: made rows, the table and remarks a reader sees."""

from __future__ import annotations

from dataclasses import replace

from finding_builders import finding

from analysis.other_methods.other_method import OtherMethod
from dashboard.words.other_methods import methods_table, remarks


def test_other_methods_in_words() -> None:
    plain = finding(verdict="inverse", q=0.004)
    result = replace(plain.result, p=0.0004, change=-0.58, change_low=-0.76, change_high=-0.4)
    tested = replace(plain, result=result)
    methods = [
        OtherMethod(method="GEE", random="questions", remark="not available: means"),
        OtherMethod(method="least squares", random="models", change=-0.5, p=0.03, remark="weak"),
        OtherMethod(method="random effects, Knapp-Hartung", random="models", remark="weak"),
        OtherMethod(method="ranks", random="order"),
    ]
    assert methods_table(tested, methods) == {
        "Method": ["**scalewatch**", "GEE", "Least squares", "Random effects, Knapp-Hartung", "Ranks"],
        "Takes as random": ["models and questions", "questions", "models", "models", "order"],
        "Change, logit": ["−0.58 [−0.76, −0.40]", "", "−0.50", "", ""],
        "p": ["< 0.001", "", "0.030", "", ""],
    }
    assert remarks(tested, methods) == [
        "**scalewatch**: inverse, q = 0.004 of 26 tests.",
        "**GEE**: not available: means.",
        "**Least squares; random effects, Knapp-Hartung**: weak.",
    ]
