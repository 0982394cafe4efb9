import hashlib
import io
import json
from dataclasses import replace

import polars as pl
import pytest
import rfc8785

from config.errors import ContractError, DisclosureError
from flows.audit.words import Verdict
from flows.release import Contents
from flows.release.facts import persons_below
from flows.release.files import release_files
from tests.support.contents import contents, project, tables


def test_each_table_is_a_csv_and_a_parquet_file_with_the_same_rows() -> None:
    _, files = release_files(contents())
    for table in tables():
        stored = pl.read_parquet(io.BytesIO(files[f"{table.name}.parquet"]))
        read = pl.read_csv(files[f"{table.name}.csv"], schema=stored.schema)
        assert read.equals(stored.with_columns(pl.col(pl.String).replace({"": None})))
        assert read.height == table.published.height


def test_the_manifest_gives_digest_size_and_rows_of_every_other_file() -> None:
    manifest, files = release_files(contents())
    assert set(manifest.files) == set(files) - {"manifest.json"}
    for name, said in manifest.files.items():
        assert (said.sha256, said.bytes) == (hashlib.sha256(files[name]).hexdigest(), len(files[name]))
    assert manifest.files["journeys.csv"].rows == 10
    assert manifest.files["report.html"].rows is None


def test_the_manifest_is_canonical_json_and_names_itself() -> None:
    manifest, files = release_files(contents())
    said = json.loads(files["manifest.json"])
    assert rfc8785.dumps(said) == files["manifest.json"]
    name = said.pop("id")
    assert name == manifest.id == hashlib.sha256(rfc8785.dumps(said)).hexdigest()[:16]


def test_the_same_contents_give_the_same_bytes_whatever_the_order_of_rows_and_inputs() -> None:
    made = contents()
    shuffled = tuple(
        replace(table, published=table.published.sample(fraction=1.0, shuffle=True, seed=3))
        for table in made.tables
    )
    turned = dict(reversed(made.inputs.items()))
    assert release_files(replace(made, tables=shuffled, inputs=turned)) == release_files(made)


@pytest.mark.parametrize(
    "change",
    [
        {"code_version": "0.1.1"},
        {"config_digest": "d" * 64},
        {"inputs": {"events/housing": "e" * 64}},
        {"project": project(project={"synthetic": False})},
        {"tables": tables()[:-1]},
    ],
)
def test_another_input_setting_or_version_gives_another_id(change) -> None:
    assert release_files(contents(**change))[0].id != release_files(contents())[0].id


@pytest.mark.parametrize(
    "found",
    [
        {"recovered": 1},
        {"inside_protection": 1},
        {"certainly_below": 1},
        {"verdict": Verdict.FAILED},
        {"verdict": ""},
        {"verdict": "unknown"},
    ],
)
def test_an_attack_that_did_not_plainly_fail_stops_the_release(found) -> None:
    made = contents()
    with pytest.raises(DisclosureError, match="attack"):
        release_files(replace(made, attack=replace(made.attack, **found)))


def test_cells_withheld_without_a_reason_stop_the_release() -> None:
    with pytest.raises(DisclosureError, match="without a reason"):
        release_files(contents(withheld={}))


def test_two_tables_of_one_name_stop_the_release() -> None:
    with pytest.raises(ContractError, match="names repeat"):
        release_files(contents(tables=(*tables(), tables()[0])))


def test_the_number_of_persons_is_told_to_two_figures_only() -> None:
    made: Contents = contents()
    files = release_files(made)[1]
    for name, data in files.items():
        assert b"9876" not in data, name
        assert b"9,876" not in data, name
    disclosure = made.project.disclosure
    assert (disclosure.least_people, disclosure.protection) == (10, 5)
    assert [persons_below(n, disclosure) for n in (0, 7, 88, 987, 12_345)] == [11, 18, 99, 1_000, 13_000]


def test_how_many_cells_each_rule_is_against_is_told_nowhere() -> None:
    made = contents(withheld={"few people": 31_337, "would give another cell back": 4_242})
    for name, data in release_files(made)[1].items():
        assert b"31337" not in data, name
        assert b"31,337" not in data, name


def test_the_methods_note_says_who_how_and_what_it_does_not_protect_against() -> None:
    note = release_files(contents())[1]["methods.md"].decode()
    for said in (
        "Synthetic data.", "Housing department and its repairs contractor", "2025-Q2", "`strict`",
        "99.4", "fewer than 10",
        "`c`: confidential", "`x`: not available", "`z`: not applicable", "does not protect against",
        "Verdict: passed",
        "may not be linked to each other", "c" * 64,
    ):  # fmt: skip
        assert said in note
    real = release_files(contents(project=project(project={"synthetic": False})))[1]["methods.md"].decode()
    assert "Synthetic" not in real
    assert "invented" not in real


def test_the_methods_note_and_the_manifest_name_what_was_merged() -> None:
    made = contents()
    journeys = made.tables[0]
    merged = tuple(replace(each, merged=("declared", "others")) for each in journeys.dimensions[:1])
    dimensions = (*merged, *journeys.dimensions[1:])
    manifest, files = release_files(
        replace(made, tables=(replace(journeys, dimensions=dimensions), *made.tables[1:]))
    )
    assert manifest.tables[0].dimensions[0].merged == ("declared", "others")
    name = dimensions[0].name
    said = f"In table `{journeys.name}`, categories of `{name}` are merged into `declared`, `others`"
    assert said in files["methods.md"].decode()
    assert "merged into" not in release_files(made)[1]["methods.md"].decode()


def test_the_methods_note_says_what_a_row_says_of_there_being_anybody() -> None:
    secret = contents(project=project(disclosure={"zeros": "sampled"}))
    assert "nobody falls in have no row" in release_files(contents())[1]["methods.md"].decode()
    note = release_files(secret)[1]["methods.md"].decode()
    assert "nobody falls in have no row" not in note
    assert "nobody falls in stand too" in note


def test_the_methods_note_warns_of_the_weaker_profile() -> None:
    made = contents()
    note = release_files(replace(made, linkage=replace(made.linkage, profile="enclave")))[1]["methods.md"].decode()
    assert "weaker against re-identification" in note
