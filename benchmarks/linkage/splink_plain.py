"""One process: Splink 5 on DuckDB, on clean plain text. `PEERS_PYTHON -m benchmarks.linkage.splink_plain SET OUT`.

Run by an interpreter that has Splink and none of our packages. Settings follow its documentation: comparisons
from its library for each kind of column, term frequencies for names, u from sampled pairs, m by expectation
maximisation over several blockings, the prior from deterministic rules, many blocking rules for prediction, and
one record of each list at most in a cluster where a list says that its rows are different people.
"""

import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LEAST_KEPT = 0.01
DEFAULT = 0.95
LEAST_FILLED = 0.1
"""Share of a list's rows that must hold a column for it to be compared."""

MOST_PAIRS = 1e7
"""For u; its documentation calls ten million often adequate, and more makes it slower, not better, here."""

MOST_TRAINING_PAIRS = 1e7
"""For m, of each blocking."""

RECALL = 0.6
"""Guessed share of true pairs that the deterministic rules find."""

SEED = 1
THREADS = 2
MEMORY = "8GB"
"""Beyond this DuckDB spills to disk."""

COLUMNS = ("first_name", "middle_name", "last_name", "dob", "sex", "house", "street", "place", "postcode")

FEW = 50_000
"""Rows together up to which the wide rules for prediction are affordable."""

PREDICTION = (
    ("first_name", "last_name"),
    ("dob", "substr(first_name, 1, 1)"),
    ("dob", "substr(last_name, 1, 1)"),
    ("dob", "place"),
    ("postcode", "first_name"),
    ("postcode", "last_name"),
    ("postcode", "substr(dob, 1, 4)"),
    ("street", "house", "place"),
    ("first_name", "place", "substr(dob, 1, 4)"),
    ("last_name", "place", "substr(dob, 1, 4)"),
)
WIDE_PREDICTION = (
    ("first_name", "last_name"),
    ("dob",),
    ("postcode",),
    ("street",),
    ("first_name", "place"),
    ("last_name", "place"),
    ("first_name", "house"),
    ("last_name", "house"),
    ("first_name", "substr(dob, 1, 4)"),
    ("last_name", "substr(dob, 1, 4)"),
    ("first_name", "substr(dob, 6, 5)"),
    ("last_name", "substr(dob, 6, 5)"),
    ("last_name", "substr(first_name, 1, 1)"),
    ("first_name", "substr(last_name, 1, 2)"),
)
TRAINING = (("first_name", "last_name"), ("dob",), ("postcode", "last_name"), ("street", "first_name"))
DETERMINISTIC = (
    ("first_name", "last_name", "dob"),
    ("first_name", "dob", "postcode"),
    ("last_name", "dob", "postcode"),
    ("first_name", "last_name", "street", "house"),
)


def main(folder: Path, out: Path) -> None:
    known = json.loads((folder / "set.json").read_text())
    steps = {"start": _cpu()}
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    out.mkdir(parents=True, exist_ok=True)
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = '{out / 'spilt'}'")
    present = _load(connection, folder, known["lists"])
    predicted_by = WIDE_PREDICTION if sum(known["rows"]) <= FEW else PREDICTION
    api = DuckDBAPI(connection)
    tables = [api.register(f"list_{name}", dataset_display_name=name) for name in known["lists"]]
    dedupe = len(tables) == 1
    linker = Linker(
        tables,
        SettingsCreator(
            link_type="dedupe_only" if dedupe else "link_only",
            unique_id_column_name="number",
            comparisons=_comparisons(present, homes=known["households"]),
            blocking_rules_to_generate_predictions=_rules(predicted_by, present),
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=False,
        ),
    )
    steps["load"] = _cpu() - sum(steps.values())
    _train(linker, present)
    steps["train"] = _cpu() - sum(steps.values())
    predictions = linker.inference.predict(threshold_match_probability=LEAST_KEPT)
    steps["predict"] = _cpu() - sum(steps.values())
    free = [name for name, unique in zip(known["lists"], known["unique"], strict=True) if unique]
    clusters = (
        linker.clustering.cluster_using_single_best_links(
            predictions, duplicate_free_datasets=free, threshold_match_probability=DEFAULT
        )
        if free
        else linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=DEFAULT
        )
    )
    steps["cluster"] = _cpu() - sum(steps.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    source = (
        "'left' AS list_l, 'left' AS list_r"
        if dedupe
        else "source_dataset_l AS list_l, source_dataset_r AS list_r"
    )
    connection.execute(
        f"COPY (SELECT {source}, number_l, number_r, match_weight FROM {predictions.physical_name})"  # noqa: S608
        f" TO '{out / 'pairs.parquet'}' (FORMAT parquet)"
    )
    source = "'left' AS list" if dedupe else "source_dataset AS list"
    connection.execute(
        f"COPY (SELECT {source}, number, cluster_id FROM {clusters.physical_name})"  # noqa: S608
        f" TO '{out / 'clusters.parquet'}' (FORMAT parquet)"
    )
    blocked = _blocked(connection, folder, known, _usable(predicted_by, present))
    (out / "process.json").write_text(json.dumps({"steps": steps, "peak": peak, "blocked": blocked}))
    linker.misc.save_model_to_json(str(out / "model.json"), overwrite=True)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _load(connection: duckdb.DuckDBPyConnection, folder: Path, lists: list[str]) -> set[str]:
    """One table for each list, without the truth; the columns that every list has for more than a few."""
    for name in lists:
        connection.execute(
            f"CREATE TABLE list_{name} AS SELECT client_ref::BIGINT AS number, {', '.join(COLUMNS)}"  # noqa: S608
            f" FROM '{folder / f'{name}.clean.parquet'}'"
        )
    counts = ", ".join(f"count({column}) > {LEAST_FILLED} * count(*)" for column in COLUMNS)
    filled = [connection.execute(f"SELECT {counts} FROM list_{name}").fetchall()[0] for name in lists]  # noqa: S608
    return {column for column, *held in zip(COLUMNS, *filled, strict=True) if all(held)}


def _comparisons(present: set[str], *, homes: bool) -> list[Any]:
    """One comparison for each column that tells something by itself.

    Args:
        present: columns that every list fills.
        homes: people of one home stand on the lists. Then house, street, place and postcode agree or differ
            together, and stand in one comparison, as columns that depend on each other should.
    """
    chosen: dict[str, Any] = {
        "first_name": cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
        "last_name": cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
        "middle_name": cl.CustomComparison(
            output_column_name="middle_name",
            comparison_levels=[
                cll.NullLevel("middle_name"),
                cll.ExactMatchLevel("middle_name"),
                cll.CustomLevel("substr(middle_name_l, 1, 1) = substr(middle_name_r, 1, 1)", "initial"),
                cll.ElseLevel(),
            ],
        ),
        "dob": cl.DateOfBirthComparison("dob", input_is_string=True, datetime_format="%Y-%m-%d"),
        "sex": cl.ExactMatch("sex"),
    }
    apart: dict[str, Any] = {
        "postcode": cl.LevenshteinAtThresholds("postcode", [1, 2]),
        "house": cl.LevenshteinAtThresholds("house", [1]),
        "street": cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
        "place": cl.JaroWinklerAtThresholds("place", [0.9]),
    }
    if homes:
        apart = {"postcode": _home()} if "postcode" in present else {"street": _home_without_postcode()}
    return [comparison for column, comparison in {**chosen, **apart}.items() if column in present]


def _home() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="home",
        comparison_levels=[
            cll.And(cll.NullLevel("postcode"), cll.NullLevel("street")),
            cll.And(cll.ExactMatchLevel("postcode"), cll.ExactMatchLevel("street"), cll.ExactMatchLevel("house")),
            cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("house")),
            cll.And(cll.ExactMatchLevel("postcode"), cll.ExactMatchLevel("house")),
            cll.ExactMatchLevel("postcode"),
            cll.CustomLevel(_alike("postcode", "^[A-Z0-9]+ [0-9]"), "same sector"),
            cll.CustomLevel(_alike("postcode", "^[A-Z0-9]+"), "same district"),
            cll.ElseLevel(),
        ],
    )


def _home_without_postcode() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="home",
        comparison_levels=[
            cll.NullLevel("street"),
            cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("house")),
            cll.And(cll.JaroWinklerLevel("street", 0.9), cll.ExactMatchLevel("house")),
            cll.ExactMatchLevel("street"),
            cll.JaroWinklerLevel("street", 0.9),
            cll.ElseLevel(),
        ],
    )


def _alike(column: str, pattern: str) -> str:
    return f"regexp_extract({column}_l, '{pattern}') = regexp_extract({column}_r, '{pattern}')"


def _rules(rules: tuple[tuple[str, ...], ...], present: set[str]) -> list[Any]:
    return [block_on(*rule) for rule in _usable(rules, present)]


def _usable(rules: tuple[tuple[str, ...], ...], present: set[str]) -> list[tuple[str, ...]]:
    return [rule for rule in rules if all(_column(part) in present for part in rule)]


def _column(part: str) -> str:
    return part.removeprefix("substr(").partition(",")[0]


def _of(side: str, part: str) -> str:
    return part.replace(_column(part), f"{side}.{_column(part)}")


def _train(linker: Linker, present: set[str]) -> None:
    linker.training.estimate_probability_two_random_records_match(_rules(DETERMINISTIC, present), recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS, seed=SEED)
    for rule in _rules(TRAINING, present):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=MOST_TRAINING_PAIRS
        )


def _blocked(
    connection: duckdb.DuckDBPyConnection, folder: Path, known: dict[str, Any], usable: list[tuple[str, ...]]
) -> float:
    """Share of true pairs that any rule for prediction finds; judged after the clock has stopped."""
    met = " OR ".join(
        "(" + " AND ".join(f"{_of('l', part)} = {_of('r', part)}" for part in rule) + ")" for rule in usable
    )
    source = " UNION ALL ".join(
        f"SELECT '{name}' AS list, * FROM '{folder / f'{name}.clean.parquet'}'"  # noqa: S608
        for name in known["lists"]
    )
    apart = "l.list < r.list" if len(known["lists"]) > 1 else "l.client_ref < r.client_ref"
    found = connection.execute(
        f"WITH rows AS ({source}) SELECT avg(coalesce({met}, false)::INT)"  # noqa: S608
        f" FROM rows l JOIN rows r ON l.person = r.person AND {apart}"
    ).fetchall()
    return float(found[0][0])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
