"""Draw a forecast: in the terminal, and as an SVG picture."""

from __future__ import annotations

import leather
import plotext
from ecr_model.forecast import Forecast

_HEIGHT = 18  # lines of a plot in the terminal
_TITLE = "images by day"


def draw_text(forecast: Forecast, *, width: int, colour: bool) -> str:
    """Return the number of images of each family over the days, as lines of *width* columns."""
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, _HEIGHT)
    figure.title(_TITLE)
    figure.canvas("default")
    for family, points in _series(forecast).items():
        signal = figure.signal(*map(list, zip(*points, strict=True)))
        signal.lines()
        signal.label(family)
        figure.draw(signal)
    drawing = figure.build()
    text: str = drawing.string() if colour else plotext.uncolorize(drawing)
    return text


def draw_svg(forecast: Forecast) -> str:
    """Return the same as a picture."""
    chart = leather.Chart(_TITLE)
    chart.add_x_axis(name="day")
    chart.add_y_axis(name="images")
    for family, points in _series(forecast).items():
        chart.add_line(points, name=family)
    text: str = chart.to_svg()
    return text


def _series(forecast: Forecast) -> dict[str, list[tuple[int, int]]]:
    """Return the points of each family, and of all together where there are several."""
    families = sorted({family for day in forecast.days for family in day.families})
    series = {family: [(day.day, day.families.get(family, 0)) for day in forecast.days] for family in families}
    if len(families) != 1:
        series["all"] = [(day.day, day.images + day.archived_images) for day in forecast.days]
    return series
