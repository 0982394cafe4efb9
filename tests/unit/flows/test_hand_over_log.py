"""The log on its way from party to party: one history, and nobody writes it who has handed it on."""

import shutil

import pytest

from config.errors import AuditError, HandOverError
from config.load import load_project
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE
from flows.audit.travel import HANDED_ON
from flows.hand_over.turn import refuse_to_begin
from tests.support.apart import Apart, refused, write


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
