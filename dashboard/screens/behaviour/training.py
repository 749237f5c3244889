"""The reading beside a chart along training: what is shown, and why there is no verdict."""

from __future__ import annotations

from analysis.findings.training_curves import TrainingCurves
from analysis.records import Behavior
from dashboard.components import write
from dashboard.text.markdown import Markdown, bullets
from dashboard.words import training as training_words
from dashboard.words.reading import facts_of


def show_training(curves: TrainingCurves, entry: Behavior | None) -> None:
    """Described, not tested: the numbers at both ends of training, and where the test is."""
    badges = Markdown(":gray-badge[Described, not tested]")
    if curves.is_control:
        badges += Markdown(" :gray-badge[Control model]")
    write.markdown(badges)
    write.markdown(training_words.sentence(curves))
    write.table(training_words.key_facts(curves))
    write.header("Why there is no verdict")
    write.markdown(training_words.WHY_NOT_TESTED)
    if facts := facts_of(entry):
        with write.expander("About this data set"):
            write.markdown(bullets(facts))
