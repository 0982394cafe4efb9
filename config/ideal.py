"""Ideal paths of journeys: steps in order, some of them optional, some of them one of several ways on."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

MOST_PATHS: Final = 256
"""More ways through an ideal path than this are refused: nobody could say what is ideal."""
OPTIONAL: Final = "?"
"""Behind a step: it may be left out. Alone among alternatives: so may all of them."""

STEP: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\??")

Way = str | tuple[str, ...]
"""One of several ways on: a step, steps in order, or "?", which is none."""
Stage = str | tuple[Way, ...]
"""A step of the path, or several ways on of which a journey takes one."""
Path = tuple[Stage, ...]
Linear = tuple[str, ...]
"""Steps in order, with no choice left."""


def linear_paths(path: Path) -> tuple[Linear, ...]:
    """Every way through an ideal path, each once; nothing left out and the first way taken first."""
    ways = [_ways(stage) for stage in path]
    return tuple(dict.fromkeys(tuple(step for part in chosen for step in part) for chosen in product(*ways)))


def number_of_ways(path: Path) -> int:
    """How many ways through a path there are, two that come to the same steps counted twice."""
    number = 1
    for stage in path:
        number *= sum(1 for _ in _ways(stage, most=MOST_PATHS + 1))
        if number > MOST_PATHS:
            return number
    return number


def steps_of(path: Path) -> Linear:
    """Every step that a path names, in its order, each once."""
    return tuple(dict.fromkeys(step.removesuffix(OPTIONAL) for stage in path for step in _named(stage)))


def _named(stage: Stage) -> Iterator[str]:
    if isinstance(stage, str):
        yield stage
        return
    for way in stage:
        yield from () if way == OPTIONAL else (way,) if isinstance(way, str) else way


def _ways(stage: Stage, most: int | None = None) -> list[Linear]:
    """The ways through one stage; at most so many of them."""
    found: list[Linear] = []
    for way in [stage] if isinstance(stage, str) else stage:
        steps = (way,) if isinstance(way, str) else way
        options = [
            ((step.removesuffix(OPTIONAL),), ()) if step.endswith(OPTIONAL) else ((step,),) for step in steps
        ]
        for chosen in [((),)] if way == OPTIONAL else product(*options):
            found.append(tuple(step for part in chosen for step in part))
            if most is not None and len(found) >= most:
                return found
    return found


def _readable(path: object) -> object:
    """The path as it is read; one sentence for whatever is wrong with an entry."""
    if not isinstance(path, list | tuple):
        return path
    for number, stage in enumerate(path, start=1):
        if isinstance(stage, list | tuple):
            if len(stage) < 2 or not all(_is_way(each) for each in stage):
                raise ValueError(
                    'two or more ways on in each inner list: a step, a list of steps in order, or "?" for none; '
                    f"entry {number} is something else"
                )
        elif not _is_step(stage):
            raise ValueError(f"steps, with ? behind one that may be left out; entry {number} is something else")
    return _as_tuples(path)


def _as_tuples(each: object) -> object:
    return tuple(_as_tuples(part) for part in each) if isinstance(each, list | tuple) else each


def _is_step(each: object) -> bool:
    return isinstance(each, str) and STEP.fullmatch(each) is not None


def _is_way(each: object) -> bool:
    if isinstance(each, list | tuple):
        return bool(each) and all(_is_step(step) for step in each)
    return each == OPTIONAL or (_is_step(each) and not str(each).endswith(OPTIONAL))


def _can_be_followed(path: Path) -> Path:
    ways = number_of_ways(path)
    if ways > MOST_PATHS:
        raise ValueError(f"at most {MOST_PATHS} ways through the ideal path; there are more")
    if () in linear_paths(path):
        raise ValueError("at least one step on every way through the ideal path")
    return path


IdealPath = Annotated[Path, Field(min_length=1), BeforeValidator(_readable), AfterValidator(_can_be_followed)]
