"""Forecasts drawn as text and as SVG."""

import xml.etree.ElementTree as ET

from ecr_model.forecast import Day, Forecast
from secure_ecr_ops.plots import draw_svg, draw_text

FORECAST = Forecast(tuple(Day(day, day + 3, 0, 0, 0, {"v*": day, "dev-<&": 3}) for day in range(30)), settles_on=None)
ONE = Forecast(tuple(Day(day, day, 0, 0, 0, {"v*": day}) for day in range(30)), settles_on=None)


def test_draws_every_family_and_their_sum():
    text = draw_text(FORECAST, width=70, colour=False)

    assert "images by day" in text
    assert all(name in text for name in ("v*", "dev-<&", "all", "32"))
    assert max(map(len, text.splitlines())) <= 70
    assert "\x1b" not in text


def test_draws_one_family_without_a_sum():
    assert "all" not in draw_text(ONE, width=70, colour=False)


def test_a_drawing_does_not_show_the_one_before():
    draw_text(FORECAST, width=70, colour=False)

    assert "dev-" not in draw_text(ONE, width=70, colour=False)


def test_colours_are_for_terminals():
    assert "\x1b[" in draw_text(FORECAST, width=70, colour=True)


def test_the_picture_is_svg():
    root = ET.fromstring(draw_svg(FORECAST))  # noqa: S314 -- our own text

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"v*", "dev-<&", "all"} <= {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
