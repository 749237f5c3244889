"""The trend picture of a table row: line, band, dot and chance, on one scale."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from base64 import b64decode

from finding_builders import finding, point

from dashboard.components.sparkline import sparkline_uri

SVG = "{http://www.w3.org/2000/svg}"


def _svg(uri: str) -> ET.Element:
    head, _, data = uri.partition(",")
    assert head == "data:image/svg+xml;base64"
    return ET.fromstring(b64decode(data))


def test_sparkline_is_an_svg_with_line_band_dot_and_chance():
    points = finding("Pythia").points
    root = _svg(sparkline_uri(points, x_range=(7e7, 1.8e11), y_range=(0.2, 1.0), chance=0.5))
    assert (root.get("width"), root.get("height")) == ("300", "76")
    line = [tuple(map(float, p.split(","))) for p in root.find(f"{SVG}polyline").get("points").split()]
    assert len(line) == len(points)
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert line[0][1] < line[-1][1], "a fall is drawn downwards"
    assert len(root.find(f"{SVG}polygon").get("points").split()) == 2 * len(points)
    assert root.find(f"{SVG}circle").get("cx") == f"{line[-1][0]:.1f}"
    assert "stroke-dasharray" in root.find(f"{SVG}path").attrib


def test_sparkline_without_sizes_or_intervals_draws_what_there_is():
    empty = _svg(sparkline_uri([point("API", None, 0.7)], x_range=(1e8, 1e11), y_range=(0, 1), chance=0.5))
    assert [child.tag for child in empty] == [f"{SVG}path"]
    bare = _svg(
        sparkline_uri(
            [point("1B", 1e9, 0.4, n=None), point("7B", 7e9, 0.5, n=None)],
            x_range=(1e9, 1e9),
            y_range=(0, 1),
            chance=None,
        )
    )
    assert [child.tag for child in bare] == [f"{SVG}polyline", f"{SVG}circle"]


def test_sparklines_share_one_scale():
    scale = {"x_range": (7e7, 1.8e11), "y_range": (0.0, 1.0), "chance": None}
    a = _svg(sparkline_uri([point("7B", 7e9, 0.5)], **scale)).find(f"{SVG}circle")
    b = _svg(sparkline_uri([point("70M", 7e7, 0.5), point("7B", 7e9, 0.5)], **scale)).find(f"{SVG}circle")
    assert a.attrib == b.attrib
