"""The plots of the report as small SVG files; the same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from triage.labelset import DOMAINS, INDEX, RAISED
from triage.train.measures import wilson
from triage.train.study import Study

_SIZE: Final = (5.2, 3.4)
_BLUE: Final = "#1f5fa8"
_ORANGE: Final = "#c45a00"
_GREY: Final = "#808080"
_DOTS: Final[dict[str, Any]] = {"marker": "o", "markersize": 3}
_MARKS: Final[dict[str, Any]] = {"marker": "D", "markersize": 4, "linestyle": ""}
_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "toritsugi", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif",
    "axes.spines.top": False, "axes.spines.right": False, "path.simplify": True,
}  # fmt: skip
_BINS: Final = 10


def draw_plots(study: Study, folder: Path) -> list[str]:
    """Write the plots into `folder`; returns their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    plots: dict[str, Callable[[Study, Axes], None]] = {
        "reliability.svg": _reliability,
        "abstention.svg": _abstention,
        "emergency.svg": _emergency,
        "authors.svg": _authors,
    }
    if study.curve:
        plots["learning-curve.svg"] = _curve
    for name, draw in plots.items():
        with mpl.rc_context(_STYLE):
            figure = Figure(figsize=_SIZE, layout="constrained")
            draw(study, figure.subplots())
            figure.savefig(folder / name, format="svg", metadata={"Date": None, "Creator": None})
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
    return list(plots)


def _reliability(study: Study, axes: Axes) -> None:
    """Share true against probability, with Wilson intervals; bins with fewer than 20 label decisions are left out."""
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8, linestyle=":")
    kinds = (("four domains", DOMAINS, _BLUE), ("emergency, raised", ("emergency", RAISED), _ORANGE))
    for name, labels, colour in kinds:
        columns = [INDEX[label] for label in labels]
        said, true = study.judged.probabilities[:, columns].ravel(), study.sample.labels[:, columns].ravel()
        bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
        chosen = [b for b in range(_BINS) if (bins == b).sum() >= 20]
        x = [float(said[bins == b].mean()) for b in chosen]
        y = [float(true[bins == b].mean()) for b in chosen]
        ends = [wilson(float(true[bins == b].sum()), int((bins == b).sum())) for b in chosen]
        low = [max(0.0, v - end[0]) for v, end in zip(y, ends, strict=True)]
        high = [max(0.0, end[1] - v) for v, end in zip(y, ends, strict=True)]
        axes.errorbar(x, y, yerr=[low, high], color=colour, linewidth=1, label=name, **_DOTS)
    axes.set(xlabel="calibrated probability", ylabel="share true", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)


def _abstention(study: Study, axes: Axes) -> None:
    gone = [share for share, _ in study.abstention]
    kept = [measure.value for _, measure in study.abstention]
    axes.plot(gone, kept, color=_BLUE, **_DOTS)
    axes.axvline(0.2, color=_GREY, linewidth=0.8, linestyle=":")
    axes.axhline(0.92, color=_GREY, linewidth=0.8, linestyle=":")
    axes.annotate("aim .92 at 20 %", (0.21, 0.925), color=_GREY)
    axes.set(xlabel="share left to a person (least certain first)", ylabel="domains exact", ylim=(0.4, 1))


def _emergency(study: Study, axes: Axes) -> None:
    x, y = [trade.alarms for trade in study.trades], [trade.found.value for trade in study.trades]
    axes.plot(x, y, color=_BLUE, **_DOTS)
    alarms, found = study.row("normal called emergency"), study.row("emergency read as emergency")
    axes.plot([alarms.measure.value], [found.measure.value], color=_ORANGE, label="with all gates", **_MARKS)
    axes.plot([0.08], [0.9], color=_GREY, marker="*", markersize=9, linestyle="", label="aim")
    axes.set(xlabel="normal messages called emergency", ylabel="emergencies found", xlim=(0, 0.22), ylim=(0, 1))
    axes.legend(frameon=False, loc="lower right")


def _authors(study: Study, axes: Axes) -> None:
    found = sorted(study.slices["author"], key=lambda one: one.name)
    at = np.arange(len(found))
    axes.plot(at, [one.domains.value for one in found], color=_BLUE, linestyle="", label="domains micro-F1", **_DOTS)
    axes.plot(at, [one.found.value for one in found], color=_ORANGE, label="emergencies found", **_MARKS)
    axes.set_xticks(at, [one.name for one in found], rotation=90)
    axes.set(ylim=(0, 1), ylabel="score of the author unseen")
    axes.legend(frameon=False, loc="lower right")


def _curve(study: Study, axes: Axes) -> None:
    x = [step.messages for step in study.curve]
    lines = {"domains macro-F1": _BLUE, "emergency read as emergency": _ORANGE, "themes micro-F1": _GREY}
    for key, colour in lines.items():
        rows = [next(row for row in step.rows if row.measure.key == key) for step in study.curve]
        y = [row.measure.value for row in rows]
        low = [max(0.0, v - row.across[0]) for v, row in zip(y, rows, strict=True)]
        high = [max(0.0, row.across[1] - v) for v, row in zip(y, rows, strict=True)]
        axes.errorbar(x, y, yerr=[low, high], color=colour, linewidth=1, label=key, **_DOTS)
    axes.set_xscale("log")
    axes.set_xticks(x, [f"{value:.0f}" for value in x])
    axes.minorticks_off()
    axes.set(xlabel="messages taught (mean of the fits)", ylabel="score on unseen authors", ylim=(0, 1))
    axes.legend(frameon=False, loc="upper left")
