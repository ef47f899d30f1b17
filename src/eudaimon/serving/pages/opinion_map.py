"""The opinion map as inline SVG: it takes its colours from the page, and its words stay words for a screen reader."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from markupsafe import Markup

from eudaimon.governance.voices import Grouping
from eudaimon.governance.voices.opinions import Floats

WIDTH, HEIGHT, MARGIN = 640.0, 400.0, 26.0


def draw_opinions(grouping: Grouping) -> Markup:
    """A point a participant, and each group's hull and number.

    The axes are the two along which votes differ most (`voices.plane`), on one scale, and mean nothing by themselves.
    """
    sizes = ", ".join(f"group {n + 1} of {size}" for n, size in enumerate(grouping.sizes))
    svg = Element("svg", {"class": "opinions", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "img"})
    svg.set("aria-labelledby", "map-title map-about")
    SubElement(svg, "title", {"id": "map-title"}).text = "Opinion map"
    SubElement(svg, "desc", {"id": "map-about"}).text = f"Everybody as a point, near to those who voted alike: {sizes}."
    place = _scale(grouping.plane.points)
    spots = place(grouping.plane.points)
    _points(svg, "apart", spots[grouping.labels < 0])
    for group in range(grouping.count):
        mine = spots[grouping.labels == group]
        for hull in _hull(mine):
            outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in hull)
            SubElement(svg, "polygon", {"class": f"hull g{group}", "points": outline})
        _points(svg, f"g{group}", mine)
    for group, (x, y) in enumerate(place(grouping.centres)):
        SubElement(svg, "circle", {"class": f"number g{group}", "cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "13"})
        number = SubElement(svg, "text", {"x": f"{x:.1f}", "y": f"{y + 5:.1f}", "text-anchor": "middle"})
        number.text = str(group + 1)
    return Markup(tostring(svg, encoding="unicode"))


def _scale(points: Floats):  # type: ignore[no-untyped-def]
    """What puts points of the plane into the picture, keeping angles."""
    if not len(points):
        points = np.zeros((1, 2))
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.asarray([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    factor = float((room / np.maximum(high - low, 1e-9)).min())
    middle = (low + high) / 2

    def place(some: Floats) -> Floats:
        around = (np.asarray(some, dtype=np.float64).reshape(-1, 2) - middle) * factor
        return np.asarray(around * [1, -1] + [WIDTH / 2, HEIGHT / 2], dtype=np.float64)

    return place


def _points(svg: Element, kind: str, points: Floats) -> None:
    """All in one path of dots: a conversation may have thousands."""
    if len(points):
        dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
        SubElement(svg, "path", {"class": f"points {kind}", "d": dots})


def _hull(points: Floats) -> list[Floats]:
    from scipy.spatial import ConvexHull, QhullError

    try:
        return [points[ConvexHull(points).vertices]] if len(points) > 2 else []
    except QhullError:  # all on one line
        return []
