"""Charts as inline SVG: lines with bands over days or nights, and bars of shares.

Written by hand rather than by a plotting library: a chart is then a few hundred bytes, takes its colours from the page
(and so is right in light and in dark), and its words stay words for a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

WIDTH, HEIGHT = 310, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 14, 42
DENSE = 5
"""Tenths that are all labelled on the vertical axis; where they are more, every second one is."""
LABELS = 8
"""At most about so many labels along the horizontal axis."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value, the band around it, and the place along the horizontal axis that it belongs to."""

    x: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened between the places `x` and `x + 1`."""

    x: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical axis: tenths, from `low` to `high`."""

    low: float
    high: float

    @property
    def ticks(self) -> list[float]:
        """Tenths, every second one where they would be many."""
        first, last = round(self.low * 10), round(self.high * 10)
        return [tick / 10 for tick in range(first, last + 1, 1 if last - first <= DENSE else 2)]


def scale(points: Sequence[Point]) -> Scale:
    """The axis that holds all points and their bands, within [0, 1] and at least three tenths long."""
    low = floor(min((max(0.0, p.low) for p in points), default=0.0) * 10 + 1e-9)
    high = ceil(max((min(1.0, p.high) for p in points), default=1.0) * 10 - 1e-9)
    while high - low < 3:
        low, high = max(0, low - 1), min(10, high + 1)
    if high - low > DENSE:
        low, high = low - low % 2, high + high % 2
    return Scale(low / 10, high / 10)


def lines(
    name: str, title: str, about: str, labels: Sequence[str], points: Sequence[Point], axis: Scale, *,
    unit: str, across: str, marks: Sequence[Mark] = (), band: bool = True,
) -> Markup:  # fmt: skip
    """One line over `labels`, with a band (or, at each point, a bar) from `low` to `high`.

    Args:
        name: unique in the page; ids are made from it.
        title, about: what it shows, in a few words and in a sentence that holds the figures.
        labels: along the horizontal axis; `Point.x` counts them.
        points: in order of x.
        axis: vertical.
        unit: what the vertical axis measures.
        across: what the horizontal axis counts.
        marks: drawn between labels.
        band: whether low and high are joined, or drawn apart as bars.
    """
    svg = _svg(name, title, about)
    place = _Places(len(labels), axis)
    _axes(svg, place, labels, axis, unit, across)
    if band and len(points) > 1:
        _path(svg, "band", [(place.x(p.x), place.y(p.high)) for p in points], points, place)
    else:
        for p in points:
            _line(svg, "reach", place.x(p.x), place.y(p.low), place.x(p.x), place.y(p.high))
    track = " ".join(f"{place.x(p.x):.1f},{place.y(p.value):.1f}" for p in points)
    SubElement(svg, "polyline", {"class": "track", "points": track})
    for p in points:
        SubElement(
            svg, "circle", {"class": "dot", "cx": f"{place.x(p.x):.1f}", "cy": f"{place.y(p.value):.1f}", "r": "3.2"}
        )
    for mark in marks:
        _moon(svg, mark, (place.x(mark.x) + place.x(mark.x + 1)) / 2)
    _ends(svg, place, points)
    return Markup(tostring(svg, encoding="unicode"))


def bar(shares: Sequence[float], kinds: Sequence[str]) -> Markup:
    """Shares side by side, as long as their sum; the figures stand beside it, so it is hidden from screen readers."""
    box = {"class": "bar", "viewBox": "0 0 100 8", "preserveAspectRatio": "none", "aria-hidden": "true"}
    svg, at = Element("svg", box), 0.0
    for share, kind in zip(shares, kinds, strict=True):
        if share > 0:
            SubElement(svg, "rect", {"class": kind, "x": f"{at:.2f}", "width": f"{100 * share:.2f}", "height": "8"})
        at += 100 * share
    return Markup(tostring(svg, encoding="unicode"))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things lie in the picture."""

    count: int
    axis: Scale

    def x(self, index: int) -> float:
        room = WIDTH - LEFT - RIGHT
        inset = room / (2 * max(2, self.count))
        return LEFT + inset + index * (room - 2 * inset) / max(1, self.count - 1)

    def y(self, value: float) -> float:
        share = (min(self.axis.high, max(self.axis.low, value)) - self.axis.low) / (self.axis.high - self.axis.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _svg(name: str, title: str, about: str) -> Element:
    said = {"role": "img", "aria-labelledby": f"{name}-title {name}-about"}
    svg = Element("svg", {"class": "chart", "viewBox": f"0 0 {WIDTH} {HEIGHT}", **said})
    for part, text in (("title", title), ("about", about)):
        SubElement(svg, "title" if part == "title" else "desc", {"id": f"{name}-{part}"}).text = text
    return svg


def _axes(svg: Element, place: _Places, labels: Sequence[str], axis: Scale, unit: str, across: str) -> None:
    for tick in axis.ticks:
        _line(svg, "grid", LEFT, place.y(tick), WIDTH - RIGHT, place.y(tick))
        _text(svg, "tick", LEFT - 6, place.y(tick) + 3.5, f"{tick:.1f}", "end")
    step = max(1, ceil(len(labels) / LABELS))
    for index in range(0, len(labels), step):
        _text(svg, "tick", place.x(index), HEIGHT - BOTTOM + 16, labels[index], "middle")
    _text(svg, "axis", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across, "middle")
    turned = _text(svg, "axis", 0, 0, unit, "middle")
    turned.set("transform", f"translate(9 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)")


def _path(svg: Element, kind: str, upper: list[tuple[float, float]], points: Sequence[Point], place: _Places) -> None:
    lower = [(place.x(p.x), place.y(p.low)) for p in reversed(points)]
    outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in upper + lower)
    SubElement(svg, "polygon", {"class": kind, "points": outline})


def _ends(svg: Element, place: _Places, points: Sequence[Point]) -> None:
    """The first and the last value, in figures."""
    for p in dict.fromkeys((points[0], points[-1]) if points else ()):
        _text(svg, "value", place.x(p.x), place.y(p.value) - 8, f"{p.value:.2f}", "middle")


def _moon(svg: Element, mark: Mark, x: float) -> None:
    moon = SubElement(
        svg, "circle", {"class": f"moon {mark.kind}", "cx": f"{x:.1f}", "cy": f"{HEIGHT - BOTTOM:.0f}", "r": "4.5"}
    )
    SubElement(moon, "title").text = mark.title


def _line(svg: Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    SubElement(svg, "line", {"class": kind, **ends})


def _text(svg: Element, kind: str, x: float, y: float, text: str, anchor: str) -> Element:
    element = SubElement(svg, "text", {"class": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor})
    element.text = text
    return element
