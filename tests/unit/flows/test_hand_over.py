"""From party to party: each bundle once, from whom it says, and no second history of the log."""

import os
import shutil
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from config.errors import BundleError, HandOverError, KeyFileError, SettingsError
from config.frames import CELLS
from config.hand_over import Kind
from config.load import load_project
from config.tables import Table
from flows.audit.held import LOG_FILE
from flows.hand_over.take import require_bundles
from flows.hand_over.turn import together
from flows.measured import write_tables
from tests.support.apart import FIVE, RUNNER, Apart, apart, entries, files, refused, tokens


def test_what_was_handed_over_arrives_byte_for_byte_and_the_log_tells_of_it(arrived: Apart) -> None:
    said = arrived.take("linkage_unit")
    assert [each.split()[3].rstrip(":") for each in said] == ["benefits", "housing", "benefits"]
    for body in ("housing", "benefits"):
        assert files(tokens(arrived, "linkage_unit", body)) == files(tokens(arrived, body, body))
    require_bundles(arrived.view("linkage_unit"), RUNNER, "linkage")
    log = (arrived.home("linkage_unit") / "log" / LOG_FILE).read_text()
    assert log.count('"action":"handed_over"') == 4
    assert log.count('"action":"taken_over"') == 4


def test_taking_over_twice_changes_nothing(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    before = entries(arrived, "linkage_unit")
    assert all(each.startswith("taken over already") for each in arrived.take("linkage_unit"))
    assert entries(arrived, "linkage_unit") == before


def test_what_is_lost_or_changed_afterwards_is_taken_over_again_and_noted_once(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    before, folder = entries(arrived, "linkage_unit"), tokens(arrived, "linkage_unit")
    shutil.rmtree(folder)
    assert any(each.startswith("taken over from housing") for each in arrived.take("linkage_unit"))
    (folder / "tokens.parquet").write_bytes(b"changed")
    arrived.take("linkage_unit")
    assert files(folder) == files(tokens(arrived, "housing"))
    assert entries(arrived, "linkage_unit") == before


def test_an_earlier_file_is_refused_before_and_after_the_newer_one_was_taken(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    view, due = arrived.view("linkage_unit"), arrived.due("housing", "tokens", "housing")
    earlier = view.path(due).read_bytes()
    arrived.pass_log("linkage_unit", "housing")
    arrived.take("housing")
    arrived.encode("housing", rows=5)
    arrived.give("housing", to="linkage_unit")
    newer = view.path(due).read_bytes()
    before = files(tokens(arrived, "linkage_unit"))
    view.path(due).write_bytes(earlier)
    with pytest.raises(BundleError, match="is an earlier one"):
        arrived.take("linkage_unit")
    assert files(tokens(arrived, "linkage_unit")) == before
    view.path(due).write_bytes(newer)
    arrived.take("linkage_unit")
    assert files(tokens(arrived, "linkage_unit")) == files(tokens(arrived, "housing")) != before
    shutil.rmtree(tokens(arrived, "linkage_unit"))
    view.path(due).write_bytes(earlier)
    with pytest.raises(BundleError, match="is an earlier one"):
        arrived.take("linkage_unit")


@pytest.mark.parametrize(
    ("other", "match"),
    [
        ({"project": "another"}, "belongs to another project"),
        ({"period": "2024"}, "belongs to another period"),
        ({"receiver": "analysis_unit"}, "is not for linkage_unit"),
        ({"sender": "stranger"}, "no party of this project"),
        ({"sender": "benefits"}, "another sender than housing"),
        ({"of": "benefits"}, "something else than the tokens of housing"),
        ({"kind": Kind.EVENTS}, "something else than the tokens of housing"),
        ({"sender_key": "0" * 64}, "another key than that of housing"),
        ({"receiver_key": "0" * 64}, "another key than that of linkage_unit"),
        ({}, "not the file that the log says"),
    ],
)
def test_what_its_own_sender_sealed_otherwise_is_refused(
    arrived: Apart, other: dict[str, object], match: str
) -> None:
    arrived.forge(arrived.due("housing", "tokens", "housing"), **other)
    refused(arrived, BundleError, match)


def test_a_file_signed_by_another_body_under_this_bodys_name_is_refused(arrived: Apart) -> None:
    arrived.forge(arrived.due("housing", "tokens", "housing"), signer="benefits")
    refused(arrived, BundleError, "not signed with the key of its sender")


def test_a_file_for_another_party_is_refused(arrived: Apart) -> None:
    view = arrived.view("housing")
    events, wanted = (view.path(arrived.due("housing", kind, "housing")) for kind in ("events", "tokens"))
    shutil.copy(events, wanted)
    refused(arrived, BundleError, "is not for linkage_unit")


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "nothing", "shorter", "longer", "changed"])
def test_what_lies_in_the_place_of_a_sealed_file_is_refused(arrived: Apart, what: str) -> None:
    path = arrived.view("housing").path(arrived.due("housing", "tokens", "housing"))
    kept = path.rename(path.with_name("kept"))
    data = bytearray(kept.read_bytes())
    match what:
        case "link":
            path.symlink_to(kept)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "shorter":
            path.write_bytes(data[:-1])
        case "longer":
            path.write_bytes(data + b"\0")
        case "changed":
            data[-100] ^= 1
            path.write_bytes(data)
        case _:
            pass
    refused(arrived, BundleError, "housing/linkage_unit/tokens-housing.sealed")


def test_a_file_above_the_cap_is_refused_unread(arrived: Apart) -> None:
    project = arrived.home("linkage_unit") / "project.toml"
    project.write_text(project.read_text().replace("\n[hand_over]\n", "\n[hand_over]\nmost_gib = 0.000001\n"))
    refused(arrived, BundleError, "most_gib")


def test_a_bundle_that_was_copied_by_hand_is_no_bundle_that_was_handed_over(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    mine = tokens(arrived, "linkage_unit")
    shutil.rmtree(mine)
    arrived.encode("housing", rows=9)
    shutil.copytree(tokens(arrived, "housing"), mine)
    with pytest.raises(HandOverError, match="bundle 'tokens of housing' is not here as it was handed over"):
        require_bundles(arrived.view("linkage_unit"), RUNNER, "linkage")


def test_a_public_half_in_the_place_of_another_is_refused(arrived: Apart) -> None:
    folder = arrived.home("linkage_unit") / "parties"
    other = arrived.home("stranger")
    other.mkdir()
    from flows.hand_over.keys import new_party

    new_party(other, other, "housing")
    shutil.copy(other / "housing.json", folder / "housing.json")
    refused(arrived, KeyFileError, "not the one whose fingerprint")


def test_a_party_whose_fingerprint_is_not_said_neither_gives_nor_takes(parties: Apart) -> None:
    project = parties.home("housing") / "project.toml"
    text = project.read_text()
    print_ = parties.view("housing").public("linkage_unit").fingerprint
    project.write_text(text.replace(f'fingerprint = "{print_}"\n', ""))
    with pytest.raises(KeyFileError, match="does not stand in the project file"):
        parties.give("housing")


def test_what_lies_beside_a_bundle_does_not_travel_with_it(parties: Apart) -> None:
    (tokens(parties, "housing") / "map.parquet").write_bytes(b"client references")
    parties.give("housing", to="linkage_unit")
    parties.take("linkage_unit")
    assert set(files(tokens(parties, "linkage_unit"))) == {"manifest.json", "tokens.parquet"}


def test_a_sealed_file_with_more_in_it_than_its_kind_has_is_refused(arrived: Apart) -> None:
    from flows.hand_over.container import contents_of

    (tokens(arrived, "housing") / "map.parquet").write_bytes(b"client references")
    more = contents_of(tokens(arrived, "housing"))
    arrived.forge(arrived.due("housing", "tokens", "housing"), contents=more)
    refused(arrived, BundleError, "something else than the tokens of housing")


def test_tables_go_to_publication_where_another_party_publishes(tmp_path: Path) -> None:
    five = apart(tmp_path, FIVE)
    for sender, receiver in pairwise(("housing", "benefits", "linkage_unit", "analysis_unit")):
        five.pass_log(sender, receiver)
        five.take(receiver)
    view = five.view("analysis_unit")
    table = Table("t", "T", "journeys", (), CELLS.shape(pl.DataFrame(schema=CELLS.columns).lazy()).collect())
    facts = {"spine": "0" * 64, "inputs": {}, "linkage": {"persons": 40.0}, "profile": "strict"}
    made = view.folder(five.due("analysis_unit", "tables"))
    write_tables(made, [table], view.project, **facts)
    five.give("analysis_unit")
    assert "taken over from analysis_unit: tables (number " in five.take("publisher")[1]
    require_bundles(five.view("publisher"), RUNNER, "publication")
    assert files(five.view("publisher").folder(five.due("analysis_unit", "tables"))) == files(made)


def test_zones_that_stand_apart_are_not_run_together(parties: Apart) -> None:
    with pytest.raises(SettingsError, match="stand apart"):
        together(load_project(parties.home("housing") / "project.toml"))


def test_whose_machine_it_is_must_be_clear(parties: Apart) -> None:
    assert parties.view("housing").me == "housing"
    from flows.hand_over.routes import parties_of

    loaded = load_project(parties.home("housing") / "project.toml")
    assert parties_of(loaded, "").me == "housing"
    shutil.copy(parties.home("benefits") / "keys" / "party-benefits.key", parties.home("housing") / "keys")
    with pytest.raises(SettingsError, match="2 parties"):
        parties_of(loaded, "")
    with pytest.raises(SettingsError, match="expected one of"):
        parties_of(loaded, "stranger")
