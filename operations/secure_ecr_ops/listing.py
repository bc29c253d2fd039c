"""
Read a listing of images, as `aws ecr describe-images` prints it, one image at a time.

A million images take 2 GB as one parsed document. The file is read twice: first to see that it is whole and of
the right shape, which a stream of its images would not show, then for its images.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import BinaryIO

import ijson
from ecr_model.documents import DEEPEST
from ecr_model.findings import echo

from secure_ecr_ops.output import Failure

_TOKENS = ("NextToken", "nextToken")
_LONGEST_REREAD = 1 << 26  # bytes: a broken file up to this size is read again, to find the place
_STRING_OR_NUMBER = re.compile(r'"(?:[^"\\]++|\\.)*+"|(-?(?:NaN|Infinity|[0-9][0-9.eE+-]*))')


def read_image_details(stream: BinaryIO, name: str) -> Iterator[object]:
    """
    Yield the entries of `imageDetails`, whatever else stands beside it.

    Args:
        stream: The UTF-8 text of `{"imageDetails": [...]}`; it can seek.
        name: What to call the stream in a Failure.

    Raises:
        Failure: It is not JSON, with line and column where the file is not huge; an object has a key twice; it has
            no list imageDetails; or it is a part only: with `--max-items` the listing ends in a NextToken.
    """
    try:
        _check(stream, name)
        stream.seek(0)
        yield from ijson.items(stream, "imageDetails.item", use_float=True)
    except ijson.JSONError as error:
        raise Failure(f"{name}: must be JSON{_place(stream, error)}") from error


def _check(stream: BinaryIO, name: str) -> None:
    """
    Raise Failure unless the stream is a complete listing.

    The depth is bounded here: `ijson.items` joins the keys above each value, and a text of half a megabyte that
    nests 100,000 objects would take 10 GB.
    """
    above: list[set[str]] = []  # the keys met so far of each object around, an array having none
    key, found = None, False
    for event, value in ijson.basic_parse(stream, use_float=True):
        if event == "map_key":
            if value in above[-1]:
                raise Failure(f"{name}: must have each key once in its object, got {echo(value)} again")
            above[-1].add(value)
            key = value if len(above) == 1 else key
        elif event in ("start_map", "start_array"):
            found = found or (len(above) == 1 and key == "imageDetails" and event == "start_array")
            above.append(set())
            if len(above) > DEEPEST:
                raise Failure(f"{name}: must be nested at most {DEEPEST} levels deep")
        elif event in ("end_map", "end_array"):
            above.pop()
        elif len(above) == 1 and key in _TOKENS and value:
            raise Failure(f"{name}: must be a complete listing, got a {key}; list without --max-items")
    if not found:
        raise Failure(f"{name}: must have a list imageDetails, as aws ecr describe-images prints it")


def _place(stream: BinaryIO, error: ijson.JSONError) -> str:
    """Return where the text is wrong, which ijson does not tell, and why."""
    stream.seek(0)
    content = stream.read(_LONGEST_REREAD + 1)
    if len(content) <= _LONGEST_REREAD:
        try:
            text = content.decode()
            json.loads(text)
            _check_numbers(text)
        except json.JSONDecodeError as found:
            return f", at line {found.lineno} column {found.colno}: {found.msg[:1].lower()}{found.msg[1:]}"
        except UnicodeDecodeError as found:
            return f" in UTF-8, got byte 0x{found.object[found.start]:02x} at byte {found.start + 1:,}"
        except (RecursionError, ValueError):
            pass  # what ijson says is all there is to say
    return f": {_first_line(error)}"


def _check_numbers(text: str) -> None:
    """Raise JSONDecodeError at the first number that Python reads and ijson does not."""
    for found in _STRING_OR_NUMBER.finditer(text):
        number = found[1] or "0"
        is_whole = number.lstrip("-").isdigit()
        if not (-(2**63) <= int(number[:21]) < 2**63 if is_whole else math.isfinite(float(number))):
            raise json.JSONDecodeError(f"no finite number of 64 bits: {number[:20]}", text, found.start(1))


def _first_line(error: ijson.JSONError) -> str:
    """Return what the parser says without the piece of the text that it points at."""
    said = error.args[0] if error.args else ""
    return (said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split("\n", 1)[0]
