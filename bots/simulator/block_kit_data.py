"""Block Kit rules on tables and charts, where one field depends on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Measure = Callable[[str, Json, str], Iterator[str]]
TABLE_ROWS = 100


def problems(path: str, block: dict[str, Json], measure: Measure) -> Iterator[str]:
    """What is wrong with a table, data table or chart; nothing for other blocks."""
    kind = block.get("type")
    if kind == "table":
        yield from _table(path, block)
    elif kind == "data_table" and isinstance(block.get("rows"), list):
        yield from _data_table(path, block["rows"], measure)
    elif kind == "data_visualization" and isinstance(block.get("chart"), dict):
        yield from _chart(f"{path}.chart", block["chart"], measure)


def number_range(path: str, element: dict[str, Json]) -> Iterator[str]:
    """A number input whose minimum is above its maximum."""
    try:
        lowest, highest = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    except (TypeError, ValueError):
        yield f"{path}: min_value and max_value must be numbers"
        return
    if lowest > highest:
        yield f"{path}: min_value is above max_value"


def _table(path: str, block: dict[str, Json]) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        yield f"{path}.rows: must be a list of rows"
        return
    if len(rows) > TABLE_ROWS:
        yield f"{path}.rows: above {TABLE_ROWS}"
    if len({len(row) for row in rows}) > 1:
        yield f"{path}.rows: the rows differ in length"
    settings = block.get("column_settings")
    if isinstance(settings, list) and len(settings) != len(rows[0]):
        yield f"{path}.column_settings: does not match the columns"


def _data_table(path: str, rows: list[Json], measure: Measure) -> Iterator[str]:
    yield from measure(f"{path}.rows", rows, "data_table.rows")
    total = 0
    for index, row in enumerate(rows):
        yield from measure(f"{path}.rows[{index}]", row, "data_table.columns")
        for cell in row:
            text = cell.get("text") if isinstance(cell, dict) else None
            if isinstance(text, str):
                total += len(text)
                yield from measure(f"{path}.rows[{index}]", text, "data_table.cell_text")
    # measured as a string of that length, so that the limit reads as a length
    yield from measure(f"{path}.rows: content", " " * total, "data_table.content")


def _chart(path: str, chart: dict[str, Json], measure: Measure) -> Iterator[str]:
    if chart.get("type") == "pie":
        yield from _pie(path, chart.get("segments") or [], measure)
        return
    series = chart.get("series") or []
    yield from measure(f"{path}.series", series, "data_visualization.series")
    for index, line in enumerate(series):
        here = f"{path}.series[{index}]"
        yield from measure(f"{here}.name", str(line.get("name", "")), "data_visualization.series_name")
        points = line.get("data") or []
        yield from measure(f"{here}.data", points, "data_visualization.data")
        for point in points:
            yield from measure(f"{here}.data", str(point.get("label", "")), "data_visualization.point_label")
    yield from _axes(f"{path}.axis_config", chart.get("axis_config") or {}, measure)


def _pie(path: str, segments: list[Json], measure: Measure) -> Iterator[str]:
    yield from measure(f"{path}.segments", segments, "data_visualization.segments")
    for index, segment in enumerate(segments):
        here = f"{path}.segments[{index}]"
        yield from measure(f"{here}.label", str(segment.get("label", "")), "data_visualization.segment.label")
        if not float(segment.get("value", 0)) > 0:
            yield f"{here}.value: must be above 0"


def _axes(path: str, axes: dict[str, Json], measure: Measure) -> Iterator[str]:
    if "categories" in axes:
        yield from measure(f"{path}.categories", axes["categories"], "data_visualization.categories")
        for name in axes["categories"]:
            yield from measure(f"{path}.categories", str(name), "data_visualization.category_label")
    for side in ("x_label", "y_label"):
        if side in axes:
            yield from measure(f"{path}.{side}", str(axes[side]), "data_visualization.axis_label")
