"""The table that the choice of composites rests on.

    python -m benchmarks.frontier
    python -m benchmarks.frontier --excess 4 6 8 --most 8 16 --levels shipped all --hide yes no --seed 2

Prints Markdown, a row as soon as it is measured. Without options that vary a strength: the shipped one, all that
differ from it in one thing, and two for comparison. With such options: every combination of them.
"""

import argparse
from collections.abc import Sequence
from typing import Final

from benchmarks.frontier.exposure import BODIES, everybody, exposed
from benchmarks.frontier.quality import Quality, lists, quality, six_bodies
from benchmarks.frontier.strengths import SHIPPED, VOCABULARIES, Point, around, grid
from config.fields import PEOPLE_COLUMNS

HEADS: Final = (
    "excess", "most", "levels", "hides", "clients per token", "composites", "tokens per record",
    "six bodies: candidates", "six bodies: precision", "six bodies: F1",
    "two lists: candidates", "two lists: precision", "two lists: F1",
    *(f"{name}{ids}, %" for ids in ("", ", ids") for name in BODIES), "note",
)  # fmt: skip


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line and print figures."""
    chosen = _parser().parse_args(words)
    print(
        f"{chosen.people:,} people in six bodies and on each of two lists; {chosen.attacked:,} people attacked; "
        f"seed {chosen.seed}; the second list lacks {', '.join(chosen.without) or 'nothing'}\n"
    )
    print(f"| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}")
    for point in _points(chosen):
        print(f"| {' | '.join(row(point, chosen))} |", flush=True)


def row(point: Point, chosen: argparse.Namespace) -> list[str]:
    """One line of the table, a word for each of HEADS."""
    strength, seed = point.strength, chosen.seed
    bodies = quality(strength, six_bodies(chosen.people, seed), point.most_clients)
    two = quality(strength, lists(chosen.people, seed, tuple(chosen.without)), point.most_clients)
    identified = [
        exposed(strength, everybody(chosen.attacked, seed, ids=ids), shares, point.most_clients, seed)
        for ids in (False, True)
        for shares in BODIES.values()
    ]
    return [
        f"{strength.excess:g}", str(strength.most_composites), point.vocabulary,
        "yes" if strength.hides else "no", str(point.most_clients),
        str(bodies.composites), f"{bodies.tokens:.1f}", *_figures(bodies), *_figures(two),
        *(f"{each:.2f}" for each in identified), point.note,
    ]  # fmt: skip


def _figures(found: Quality) -> list[str]:
    return ["-" if each is None else f"{each:.4f}" for each in (found.candidates, found.precision, found.f1)]


def _points(chosen: argparse.Namespace) -> list[Point]:
    if not (chosen.excess or chosen.most or chosen.levels or chosen.hide):
        return around()
    return grid(
        chosen.excess or [SHIPPED.excess],
        chosen.most or [SHIPPED.most_composites],
        chosen.levels or ["shipped"],
        [word == "yes" for word in chosen.hide or ["yes"]],
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.frontier", description=__doc__.splitlines()[0])
    parser.add_argument("--excess", type=float, nargs="+", metavar="BITS", help="over log2(people)")
    parser.add_argument("--most", type=int, nargs="+", metavar="COMPOSITES", help="beside those with shared ids")
    parser.add_argument("--levels", nargs="+", choices=VOCABULARIES, help="which kinds may stand in a composite")
    parser.add_argument("--hide", nargs="+", choices=("yes", "no"), help="what two clients share, and odd rows")
    parser.add_argument(
        "--without", nargs="+", default=[], choices=PEOPLE_COLUMNS[1:], help="what the second list never asks for"
    )
    parser.add_argument("--people", type=int, default=10_000, help="in the six bodies, and on each list")
    parser.add_argument("--attacked", type=int, default=20_000, help="people who are attacked")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
