"""Which result set a page shows, where several have what it needs."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components import url_state, write
from dashboard.results.sets import Results


def choose_of(found: Results, sets: Sequence[str], *, key: str, asked: str, follow: bool) -> str:
    """Draw 'Data set' where there is a choice; the set to show. Controls come last."""
    ordered = sorted(sets, key=lambda name: (found.infos[name].is_control, found.infos[name].title, name))
    if len(ordered) < 2:
        return ordered[0]
    titles = [found.infos[name].title for name in ordered]
    words = {
        name: title if titles.count(title) == 1 else f"{title} ({name})"
        for name, title in zip(ordered, titles, strict=True)
    }
    wanted = asked if asked in ordered else ordered[0]
    url_state.seed(key, wanted, ordered, follow=follow)
    chosen = write.pills(
        "Data set", ordered, format_func=words.__getitem__, key=key, required=True, on_change=url_state.touched,
        wrap=True,
    )  # fmt: skip
    return chosen or wanted
