"""From party to party: each bundle once, from whom it says, and no second history of the log."""

import os
import shutil
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from config.errors import AuditError, BundleError, HandOverError, KeyFileError, SettingsError
from config.frames import CELLS
from config.hand_over import Kind
from config.load import load_project
from config.tables import Table
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE
from flows.audit.release_facts import key_made
from flows.audit.travel import HANDED_ON
from flows.context import OUTSIDE, context_of
from flows.hand_over.take import require_bundles
from flows.hand_over.turn import refuse_to_begin, together
from flows.measured import write_tables
from tests.support.apart import FIVE, RUNNER, Apart, apart


@pytest.fixture
def parties(tmp_path: Path) -> Apart:
    return apart(tmp_path)


@pytest.fixture
def arrived(parties: Apart) -> Apart:
    """Both bodies have handed over; the linkage unit has not looked yet."""
    parties.give("housing")
    parties.take("benefits")
    parties.give("benefits")
    return parties


def tokens(parties: Apart, party: str, body: str = "housing") -> Path:
    return parties.home(party) / "exchange" / "tokens" / body


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def entries(parties: Apart, party: str) -> int:
    return (parties.home(party) / "log" / LOG_FILE).read_bytes().count(b"\n")


def write(parties: Apart, party: str) -> None:
    """Say something in a party's log."""
    with context_of(parties.home(party) / "project.toml", OUTSIDE, RUNNER) as context:
        context.note(key_made(key="example-witness", key_id="1" * 32), "custody")


def refused(parties: Apart, kind: type[Exception], match: str) -> None:
    """The linkage unit refuses what it is handed, and nothing of it is in its folder."""
    with pytest.raises(kind, match=match):
        parties.take("linkage_unit")
    exchange = parties.home("linkage_unit") / "exchange"
    assert not [each for each in exchange.rglob("*") if each.is_file() and "housing" in str(each)]


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


@pytest.mark.parametrize("written", [[LOG_FILE], [LOG_FILE, CHECKPOINT_FILE]])
def test_killed_while_the_log_is_put_in_place_it_is_taken_over_again(arrived: Apart, written: list[str]) -> None:
    log = arrived.home("linkage_unit") / "log"
    log.mkdir()
    for name in written:
        shutil.copy(arrived.home("benefits") / "log" / name, log)
    assert arrived.take("linkage_unit")[0].startswith("taken over from benefits: the log")
    write(arrived, "linkage_unit")


def test_killed_while_the_log_is_handed_on_it_is_handed_on_again(parties: Apart) -> None:
    parties.give("housing")
    log = parties.view("housing").log_due("housing", "benefits")
    parties.view("housing").path(log).unlink()
    parties.give("housing")
    assert parties.take("benefits")[0].startswith("taken over from housing")
    with pytest.raises(HandOverError, match="is with benefits"):
        parties.give("housing", to="linkage_unit")


def test_who_has_handed_the_log_on_does_not_write_it_until_it_is_back(arrived: Apart) -> None:
    with pytest.raises(HandOverError, match="is with benefits"):
        write(arrived, "housing")
    with pytest.raises(HandOverError, match="is with benefits"):
        arrived.take("housing")
    arrived.take("linkage_unit")
    arrived.pass_log("linkage_unit", "housing")
    arrived.take("housing")
    write(arrived, "housing")


def test_a_log_that_was_handed_on_does_not_come_back_by_an_old_file(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    arrived.pass_log("linkage_unit", "housing")
    with pytest.raises(HandOverError):
        arrived.take("linkage_unit")
    with pytest.raises(HandOverError):
        write(arrived, "linkage_unit")


def test_without_a_log_nobody_begins_one(parties: Apart) -> None:
    with pytest.raises(HandOverError, match="not been handed over"):
        parties.give("benefits")
    with pytest.raises(HandOverError, match="not been handed over"):
        refuse_to_begin(load_project(parties.home("benefits") / "project.toml"))
    assert not (parties.home("benefits") / "log" / LOG_FILE).exists()


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


def test_a_second_history_of_the_log_is_seen_and_refused(arrived: Apart) -> None:
    arrived.take("linkage_unit")
    (arrived.home("housing") / "log" / HANDED_ON).unlink()
    write(arrived, "housing")
    arrived.pass_log("housing", "linkage_unit")
    with pytest.raises(AuditError, match="gone on in two directions"):
        arrived.take("linkage_unit")
    # What the page tells those concerned to do.
    (arrived.home("housing") / "log").rename(arrived.home("housing") / "log aside")
    sent = arrived.view("housing").log_due("housing", "linkage_unit")
    arrived.view("housing").path(sent).unlink()
    arrived.take("linkage_unit")
    arrived.pass_log("linkage_unit", "housing")
    arrived.take("housing")
    write(arrived, "housing")


def test_a_bundle_that_follows_another_history_is_refused(arrived: Apart) -> None:
    (arrived.home("housing") / "log" / HANDED_ON).unlink()
    write(arrived, "housing")
    arrived.give("housing")
    refused(arrived, AuditError, "another history")


def test_a_log_without_the_entries_that_a_body_witnessed_is_refused(parties: Apart) -> None:
    parties.give("housing")
    short = parties.view("housing").path(parties.view("housing").log_due("housing", "benefits")).read_bytes()
    parties.take("benefits")
    write(parties, "benefits")
    (parties.home("benefits") / "bodies" / "benefits").mkdir(parents=True)
    write(parties, "benefits")
    for name in (LOG_FILE, CHECKPOINT_FILE):
        (parties.home("benefits") / "log" / name).unlink()
    parties.view("housing").path(parties.view("housing").log_due("housing", "benefits")).write_bytes(short)
    with pytest.raises(AuditError, match="entries are missing: the checkpoint of 'benefits'"):
        parties.take("benefits")


def test_a_log_that_does_not_verify_is_refused_though_its_sender_signed_it(parties: Apart) -> None:
    parties.give("housing")
    view = parties.view("housing")
    due, log = view.log_due("housing", "benefits"), parties.home("housing") / "log" / LOG_FILE
    from flows.hand_over.container import contents_of, opened, seal

    log.write_bytes(log.read_bytes().replace(b'"custody"', b'"custard"', 1))
    with opened(view.path(due), "log", view.most_bytes) as found:
        said = found.header.model_copy(update={"contents": contents_of(log.parent, LOG_FILE, CHECKPOINT_FILE)})
    seal(view.path(due), said, log.parent, view.own().signing, view.public("benefits").sealing)
    with pytest.raises(AuditError):
        parties.take("benefits")
    assert not (parties.home("benefits") / "log" / LOG_FILE).exists()


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
