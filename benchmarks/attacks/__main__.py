"""How many records each attack identifies.

    python -m benchmarks.attacks --people 20000 --profile strict --overlap 100 90 50 20

Prints a Markdown table as it goes; `--json FILE` writes the same figures for a program.
"""

import argparse
import json
import resource
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.attacks.measured import NAMES, Figure, measured
from benchmarks.attacks.profiles import SINGLE_FIELDS
from benchmarks.attacks.scenario import CLEAN, COPY, Situation
from benchmarks.attacks.towns import EVERYBODY
from config.terms import ProfileName
from flows.synthetic.recording import HABITS


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line and print figures."""
    chosen = _parser().parse_args(words)
    situation = Situation(
        people=chosen.people,
        profile=chosen.profile,
        most_clients=chosen.most_clients_per_token,
        bodies=tuple(chosen.bodies),
        recording=chosen.recording,
        ids=chosen.ids,
        whole_households=chosen.whole_households,
        seed=chosen.seed,
    )
    print(
        f"{situation.people:,} people, profile {situation.profile}, "
        f"at most {situation.limit:,} clients per token, bodies {' '.join(situation.bodies)}, "
        f"recording {situation.recording}, shared ids {situation.ids}, "
        f"whole households {situation.whole_households}, seed {situation.seed}\n"
    )
    print(
        "| attack | overlap % | identified % | of those listed % | right | wrong | precision % | CPU s | peak MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    kept = []
    for figure in measured(situation, [each / 100 for each in chosen.overlap], chosen.attack):
        seconds, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(_line(figure, seconds, peak), flush=True)
        kept.append(
            {"attack": figure.attack, "overlap": figure.overlap, "note": figure.note, **asdict(figure.score)}
        )
    if chosen.json:
        chosen.json.write_text(json.dumps({"situation": asdict(situation), "figures": kept}, indent=2) + "\n")


def _line(figure: Figure, seconds: float, peak: int) -> str:
    found = figure.score
    overlap = "-" if figure.overlap is None else f"{100 * figure.overlap:g}"
    precision = "-" if found.precision is None else f"{found.precision:.1f}"
    return (
        f"| {figure.attack} | {overlap} | {found.identified:.3f} | {found.identified_of_listed:.3f} "
        f"| {found.right:,} | {found.wrong:,} | {precision} | {seconds:.0f} | {peak:,} |"
    ) + (f"\n\n{figure.note}" if figure.note else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.attacks", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--profile", choices=[*ProfileName, SINGLE_FIELDS], default=str(ProfileName.STRICT))
    parser.add_argument("--overlap", type=int, nargs="+", default=[100, 90, 50, 20], metavar="PERCENT")
    parser.add_argument("--attack", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--most-clients-per-token", type=int, help="the shipped example's where not given")
    parser.add_argument("--bodies", nargs="+", default=[EVERYBODY], metavar="BODY")
    parser.add_argument("--recording", choices=[CLEAN, COPY, *HABITS], default=CLEAN)
    parser.add_argument("--ids", action="store_true", help="the body of everybody holds shared ids")
    parser.add_argument("--whole-households", action="store_true", help="never part a household between lists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    return parser


if __name__ == "__main__":
    main()
