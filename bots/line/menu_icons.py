"""The pictograms (絵文字) of the rich menus: plain shapes on a square of 100 by 100."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PIL.ImageDraw import ImageDraw

_STROKE = 7


@dataclass(frozen=True, slots=True)
class Hand:
    """Draws on the square: every number is in hundredths of its side. `ink` fills, `paper` cuts out."""

    pen: ImageDraw
    left: float
    top: float
    side: float
    ink: str
    paper: str

    def box(self, x0: float, y0: float, x1: float, y1: float, round_: float = 0, *, cut: bool = False) -> None:
        """A filled rectangle."""
        self.pen.rounded_rectangle((*self._at(x0, y0), *self._at(x1, y1)), self._long(round_), self._fill(cut))

    def disc(self, x: float, y: float, radius: float, *, cut: bool = False) -> None:
        """A filled circle."""
        self.pen.ellipse((*self._at(x - radius, y - radius), *self._at(x + radius, y + radius)), self._fill(cut))

    def oval(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The outline of an oval."""
        self.pen.ellipse((*self._at(x0, y0), *self._at(x1, y1)), None, self.ink, int(self._long(_STROKE)))

    def shape(self, *points: tuple[float, float], cut: bool = False) -> None:
        """A filled polygon."""
        self.pen.polygon([self._at(*point) for point in points], self._fill(cut))

    def line(self, *points: tuple[float, float], width: float = _STROKE, cut: bool = False) -> None:
        """A line with round ends."""
        places = [self._at(*point) for point in points]
        self.pen.line(places, self._fill(cut), int(self._long(width)), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, cut=cut)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, width: float = _STROKE) -> None:
        """A part of a circle, degrees clockwise from three o'clock."""
        edge = radius + width / 2
        box = (*self._at(x - edge, y - edge), *self._at(x + edge, y + edge))
        self.pen.arc(box, start, end, self.ink, int(self._long(width)))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.side / 100, self.top + y * self.side / 100

    def _long(self, length: float) -> float:
        return length * self.side / 100

    def _fill(self, cut: bool) -> str:
        return self.paper if cut else self.ink


def paint(pen: ImageDraw, name: str, square: tuple[float, float, float], ink: str, paper: str) -> None:
    """Draw pictogram `name` in the square (left, top, side in px). Raises KeyError for an unknown name."""
    _ICONS[name](Hand(pen, *square, ink, paper))


def _talk(hand: Hand) -> None:
    hand.box(4, 10, 96, 74, 18)
    hand.shape((22, 70), (22, 96), (52, 70))
    for x in (28, 50, 72):
        hand.disc(x, 42, 7, cut=True)


def _again(hand: Hand) -> None:
    hand.arc(52, 52, 36, 200, 150)
    hand.shape((2, 34), (36, 34), (19, 58))
    hand.line((52, 32), (52, 54), (68, 62))


def _mic(hand: Hand) -> None:
    hand.box(34, 4, 66, 60, 16)
    hand.arc(50, 46, 30, 0, 180)
    hand.line((50, 78), (50, 94))
    hand.line((32, 94), (68, 94))


def _phone(hand: Hand) -> None:
    """A receiver off the hook, with the waves of a call."""
    hand.arc(78, 22, 66, 100, 170, 24)
    hand.shape((2, 12), (30, 6), (36, 34), (14, 42))
    hand.shape((58, 86), (66, 64), (94, 70), (88, 98))
    hand.arc(56, 44, 18, 280, 350, 8)
    hand.arc(56, 44, 34, 280, 350, 8)


def _globe(hand: Hand) -> None:
    hand.oval(6, 6, 94, 94)
    hand.oval(30, 6, 70, 94)
    hand.line((9, 50), (91, 50))
    hand.line((17, 28), (83, 28), width=5)
    hand.line((17, 72), (83, 72), width=5)


def _town(hand: Hand) -> None:
    hand.shape((50, 6), (98, 48), (2, 48))
    hand.box(14, 44, 86, 94, 4)
    hand.box(40, 60, 60, 94, cut=True)
    hand.box(22, 56, 33, 68, cut=True)
    hand.box(67, 56, 78, 68, cut=True)


def _page(hand: Hand) -> None:
    hand.box(4, 12, 96, 88, 8)
    hand.box(12, 32, 88, 80, 3, cut=True)
    for x in (14, 25, 36):
        hand.disc(x, 22, 4, cut=True)
    hand.line((32, 56), (64, 56))
    hand.line((53, 44), (66, 56), (53, 68))


def _steps(hand: Hand) -> None:
    for y in (18, 50, 82):
        hand.line((40, y), (94, y))
    hand.line((6, 18), (14, 26), (28, 8))
    hand.line((6, 50), (14, 58), (28, 40))
    hand.disc(16, 82, 8)


def _desk(hand: Hand) -> None:
    hand.disc(50, 20, 16)
    hand.box(24, 40, 76, 70, 20)
    hand.box(2, 62, 98, 74, 4)
    hand.box(10, 72, 90, 94, 2)


def _trash(hand: Hand) -> None:
    hand.box(10, 16, 90, 28, 4)
    hand.box(36, 4, 64, 18, 4)
    hand.shape((18, 34), (82, 34), (76, 96), (24, 96))
    for x in (37, 50, 63):
        hand.line((x, 46), (x, 84), width=5, cut=True)


def _book(hand: Hand) -> None:
    hand.shape((4, 18), (47, 26), (47, 92), (4, 82))
    hand.shape((96, 18), (53, 26), (53, 92), (96, 82))
    for y in (36, 50, 64):
        hand.line((13, y), (38, y + 4), width=4, cut=True)
        hand.line((87, y), (62, y + 4), width=4, cut=True)


def _clinic(hand: Hand) -> None:
    hand.box(4, 24, 96, 92, 10)
    hand.box(34, 8, 66, 30, 8)
    hand.box(41, 15, 59, 26, cut=True)
    hand.box(43, 38, 57, 80, cut=True)
    hand.box(29, 52, 71, 66, cut=True)


def _eye(hand: Hand) -> None:
    """A magnifying glass over a house: somebody noticed something."""
    hand.oval(4, 4, 74, 74)
    hand.line((68, 68), (92, 92), width=13)
    hand.shape((39, 18), (62, 40), (16, 40))
    hand.box(23, 38, 55, 58, 2)


_ICONS: Mapping[str, Callable[[Hand], None]] = {
    "talk": _talk,
    "again": _again,
    "mic": _mic,
    "phone": _phone,
    "globe": _globe,
    "town": _town,
    "page": _page,
    "steps": _steps,
    "desk": _desk,
    "trash": _trash,
    "book": _book,
    "clinic": _clinic,
    "eye": _eye,
}
NAMES: Sequence[str] = tuple(_ICONS)
"""The names that `menus.toml` may use."""
