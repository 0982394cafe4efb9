"""Keys over years, on a project that was run: rotation, revocation, loss, custodians' shares, destruction."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from config.bundles import TokenManifest
from config.errors import AuditError, BundleError, KeyFileError, ReleaseError
from flows.audit.words import Mode
from flows.bundles import read_manifest
from flows.context import OUTSIDE, Context, context_of
from flows.custody import make_keys, show_keys
from flows.inspect_log import explain_release, verify_log
from flows.keys.at_rest import zone_at_rest
from flows.keys.destruction import destroy_period
from flows.keys.known import known_keys, trust_bundles
from flows.keys.lives import Status, status
from flows.keys.register import register_bytes
from flows.keys.revocation import revoke_key
from flows.keys.rotation import replace_lost, rotate_key
from flows.keys.sharing import Asked, restore_key, split_key
from flows.pipeline import opened, run_zone
from flows.sign_off import approve_release
from flows.unchanged import encoded_already
from flows.zones.in_flight import encode_changed
from flows.zones.linkage import _read as linkage_read
from tests.support.desk import by_hand

LINKAGE, SPINE, LOG, WITNESS = (f"example-{use}" for use in ("linkage", "spine", "log", "witness"))
ALL = Asked(threshold=2, shares=3)


@pytest.fixture
def project(run_again: Path) -> Path:
    return run_again / "project.toml"


@contextmanager
def surroundings(project: Path) -> Iterator[Context]:
    with context_of(project, OUTSIDE, "data_engineer") as context:
        yield context


def bodies(project: Path) -> list[str]:
    return sorted(each.name for each in (project.parent / "exchange" / "tokens").iterdir())


def tokens(project: Path, body: str) -> bytes:
    return (project.parent / "exchange" / "tokens" / body / "tokens.parquet").read_bytes()


def said(project: Path, body: str) -> dict[str, str]:
    return json.loads((project.parent / "exchange" / "tokens" / body / "manifest.json").read_bytes())


def key_used(project: Path, body: str) -> str:
    return said(project, body)["key_id"]


def entries(project: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (project.parent / "log" / "audit.jsonl").read_text().splitlines()]


def published(project: Path) -> str:
    return next((project.parent / "releases" / "published").iterdir()).name


def change(project: Path, old: str, new: str) -> None:
    text = project.read_text(encoding="utf-8")
    assert old in text
    project.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_after_a_rotation_in_mid_period_the_link_says_which_bodies_must_encode_again(project: Path) -> None:
    before = tokens(project, "housing")
    assert "all bodies must encode again" in rotate_key(project, LINKAGE, "")
    with surroundings(project) as context:
        assert encoded_already(context, "prison") == frozenset()
    # As a run in flight does: what was made with the old key is made again, and once only.
    for kept in (0, 2):
        with opened(project, "", Mode.DIRECT) as (run, who), context_of(project, run, who) as context:
            assert encode_changed(context, "housing")["bundles kept"] == kept
    assert tokens(project, "housing") != before
    others = [body for body in bodies(project) if body != "housing"]
    with pytest.raises(BundleError, match="another key than the one that serves 2025") as refused:
        run_zone(project, "link", "")
    assert f"bundle '{', '.join(f'tokens/{body}' for body in others)}'" in str(refused.value)
    run_zone(project, "encode", "", body=others[0])
    with pytest.raises(BundleError, match="encode again") as refused:
        run_zone(project, "link", "")
    assert others[0] not in str(refused.value)


def test_a_planned_rotation_leaves_the_old_key_to_its_own_periods(project: Path) -> None:
    before, old = tokens(project, "housing"), key_used(project, "housing")
    with pytest.raises(KeyFileError, match="expected a period after 2025"):
        rotate_key(project, LINKAGE, "", "2025-Q3")
    assert "from 2026-Q3 on; until then the old key serves" in rotate_key(project, LINKAGE, "", "2026-Q3")
    run_zone(project, "link", "")
    run_zone(project, "encode", "", body="housing")
    assert tokens(project, "housing") == before
    for period, same in (("2026-Q2", True), ("2026-Q3", False), ("2027", False), ("2025", True)):
        now = project.read_text(encoding="utf-8")
        project.write_text("\n".join(
            f'period = "{period}"' if line.startswith("period = ") else line for line in now.split("\n")
        ), encoding="utf-8")  # fmt: skip
        run_zone(project, "encode", "", body="housing")
        assert (key_used(project, "housing") == old) is same
    assert tokens(project, "housing") == before


def test_a_machine_without_the_key_of_the_period_says_so(project: Path) -> None:
    rotate_key(project, LINKAGE, "", "2026")
    folder = project.parent / "keys"
    (folder / f"{LINKAGE}.1.key").unlink()
    with pytest.raises(KeyFileError, match=r"that serves 2025, .*is not on this machine"):
        run_zone(project, "encode", "", body="housing")


def test_what_a_revoked_or_unknown_key_made_is_refused_with_and_without_the_register(project: Path) -> None:
    release, folder = published(project), project.parent / "keys"
    assert "next: desirelines keys rotate example-linkage" in revoke_key(project, LINKAGE, "leaked", "")
    (folder / "register.json").unlink()
    with pytest.raises(BundleError, match=r"tokens/benefits, .*were made with a key that was revoked"):
        run_zone(project, "link", "")
    with pytest.raises(KeyFileError, match=r"was revoked on .* \(leaked\); make another"):
        run_zone(project, "encode", "", body="housing")
    with pytest.raises(ReleaseError, match=r"rests on tokens of .*, benefits, .*have these bodies encode again"):
        approve_release(project, release, "output_checker", reviewed=True)
    assert "revoked" in show_keys(project)
    with surroundings(project) as context:
        manifest = read_manifest(context.places.bundle("tokens", "housing"), TokenManifest, context.project)
        for strange in ("f" * 32, next(key for key, each in known_keys(context).items() if each.name == SPINE)):
            with pytest.raises(BundleError, match=r"neither the log nor keys/register.json knows"):
                trust_bundles(context, [manifest.model_copy(update={"key_id": strange})])
    assert "The log verifies" in verify_log(project)
    rotate_key(project, LINKAGE, "")
    run_zone(project, "encode", "", body="housing")


def test_a_register_says_what_the_log_says_or_is_refused(project: Path) -> None:
    """An earlier state of it changes nothing; and where no log tells, what it says against a key holds."""
    path = project.parent / "keys" / "register.json"
    clean = path.read_bytes()
    revoke_key(project, LINKAGE, "lost", "")
    revoked = path.read_bytes()
    path.write_bytes(clean)
    with surroundings(project) as context:
        assert [each.reason for each in known_keys(context).values() if each.revoked] == ["lost"]
    path.write_bytes(revoked[:-2])
    with pytest.raises(KeyFileError, match="not as it was written"), surroundings(project) as context:
        known_keys(context)
    path.write_bytes(revoked)
    with surroundings(project) as context:
        told = dict(known_keys(context))
    serves = next(each for each in told.values() if each.name == LINKAGE)
    forged = {**told, "f" * 32: replace(serves, key_id="f" * 32, revoked="", reason="")}
    for lie in (forged, {serves.key_id: replace(serves, revoked="", reason="", active_from="2025")}):
        path.write_bytes(register_bytes("example", lie))
        for command in (lambda: run_zone(project, "link", ""), lambda: show_keys(project)):
            with pytest.raises(KeyFileError, match="says of keys what the log does not: it was changed by hand"):
                command()
    path.write_bytes(revoked)
    shutil.rmtree(project.parent / "log")
    for body in bodies(project):
        (project.parent / "bodies" / body / "anchor.json").unlink()
    with surroundings(project) as context:
        assert [each.reason for each in known_keys(context).values() if each.revoked] == ["lost"]


def test_a_spine_linked_before_its_key_was_revoked_is_linked_again(project: Path) -> None:
    revoke_key(project, SPINE, "staff_left", "")
    with pytest.raises(BundleError, match="before a key for person ids was revoked; link again"):
        run_zone(project, "journeys", "")
    (project.parent / "keys" / f"{SPINE}.key").unlink()
    assert "the old key is not on this machine" in rotate_key(project, SPINE, "")
    run_zone(project, "link", "")
    with surroundings(project) as context:
        known = known_keys(context)
        stands = [status(known, each, "2025") for each in known.values() if each.name == SPINE]
    assert stands == [Status.REVOKED, Status.ACTIVE]


def test_the_log_is_signed_on_by_new_keys_and_verifies_with_the_old_public_halves(project: Path) -> None:
    folder = project.parent / "keys"
    first = (folder / f"{LOG}.pub").read_bytes()
    old = (folder / f"{LOG}.key").read_bytes()
    for name in (LOG, WITNESS, LOG):
        assert "the old key signed the new one in" in rotate_key(project, name, "")
    run_zone(project, "link", "")
    assert "The log verifies" in verify_log(project)
    assert sorted(each.name for each in folder.glob(f"{LOG}*")) == [
        f"{LOG}.1.pub", f"{LOG}.2.pub", f"{LOG}.key", f"{LOG}.pub"
    ]  # fmt: skip
    latest = (folder / f"{LOG}.pub").read_bytes()
    (folder / f"{LOG}.pub").write_bytes(first)
    assert "The log verifies" in verify_log(project)
    if shutil.which("bash") and shutil.which("openssl"):
        assert by_hand(project.parent).stdout.startswith(f"holds: {len(entries(project))} entries, head ")
    (folder / f"{LOG}.pub").write_bytes((folder / f"{WITNESS}.1.pub").read_bytes())
    with pytest.raises(AuditError):
        verify_log(project)
    (folder / f"{LOG}.pub").write_bytes(latest)
    with pytest.raises(KeyFileError, match="signs the log by now; first let another take over"):
        revoke_key(project, LOG, "leaked", "")
    retired = next(each for each in entries(project) if each["action"] == "key_rotated")["facts"][
        "previous_key_id"
    ]
    assert "is revoked since" in revoke_key(project, f"{LOG}.{retired[:8]}", "leaked", "")
    (folder / f"{LOG}.key").write_bytes(old)
    size = len(entries(project))
    with pytest.raises(AuditError, match="was rotated and the one on this machine may sign no longer"):
        run_zone(project, "link", "")
    assert len(entries(project)) == size


@pytest.mark.parametrize("steps", range(6))
def test_a_rotation_of_the_logs_key_that_is_killed_is_completed_when_given_again(
    project: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    left = [steps]

    def killing(original: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return original(*arguments, **named)  # type: ignore[operator] # any function

        return call

    with monkeypatch.context() as patched:
        patched.setattr("flows.context.Context.note", killing(Context.note))
        patched.setattr(
            "flows.keys.rotation._keep", killing(__import__("flows.keys.rotation").keys.rotation._keep)
        )
        patched.setattr("pathlib.Path.replace", killing(Path.replace))
        try:
            rotate_key(project, WITNESS, "")
        except KeyboardInterrupt:
            assert "The log verifies" in verify_log(project)
    rotate_key(project, WITNESS, "")
    assert "The log verifies" in verify_log(project)
    folder = project.parent / "keys"
    assert not [*folder.glob("*.next.*"), *folder.glob("*.part")]
    turns = [each for each in entries(project) if each["action"] == "key_rotated"]
    assert all(new["facts"]["previous_key_id"] == old["facts"]["key_id"] for old, new in pairwise(turns))


@pytest.mark.parametrize("name", [LOG, WITNESS])
def test_a_log_whose_key_is_lost_goes_on_on_the_word_of_the_other(project: Path, name: str) -> None:
    folder = project.parent / "keys"
    with pytest.raises(KeyFileError, match="its file is here"):
        replace_lost(project, name, "")
    (folder / f"{name}.key").unlink()
    assert "The log verifies" in verify_log(project)
    with pytest.raises(KeyFileError):
        run_zone(project, "link", "")
    assert "not made" in "".join(make_keys(project, "", ""))
    assert "vouched for it" in replace_lost(project, name, "")
    run_zone(project, "link", "")
    assert "alone vouched for its successor" in verify_log(project)
    assert explain_release(project, published(project))


def test_custodians_give_back_each_kind_of_key(project: Path, tmp_path: Path) -> None:
    root = project.parent
    before = tokens(project, "housing")
    for name, path in (
        (LINKAGE, root / "keys" / f"{LINKAGE}.key"),
        (LOG, root / "keys" / f"{LOG}.key"),
        ("record-housing", root / "bodies" / "housing" / "record.key"),
    ):
        out, material = tmp_path / name, path.read_bytes()
        asked = Asked(2, 3, ("head of records", "auditor", "board"), destroy=True)
        told = split_key(project, name, asked, out, "")
        assert "its file here is destroyed" in told
        assert not path.exists()
        files = sorted(out.iterdir())
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
        assert out.stat().st_mode & 0o777 == 0o700
        assert "for: auditor" in files[1].read_text()
        with pytest.raises(KeyFileError, match="2 shares are needed, and 1 are here"):
            restore_key(project, name, files[:1], "")
        assert not path.exists()
        assert "restored" in restore_key(project, name, files[1:], "")
        assert path.stat().st_mode & 0o777 == 0o600
        if name == LOG:
            assert path.read_bytes() == material
        everywhere = (
            (root / "log" / "audit.jsonl").read_text() + (root / "keys" / "register.json").read_text() + told
        )
        for file in files:
            words = [word for word in file.read_text().split("\n\n")[1].split() if not word.endswith(".")]
            assert len(words) == 33
            assert not [pair for pair in pairwise(words) if " ".join(pair) in everywhere]
    run_zone(project, "encode", "", body="housing")
    assert tokens(project, "housing") == before
    last = [each["action"] for each in entries(project)]
    assert last.count("key_split") == last.count("key_restored") == 3
    assert "2 of 3" in show_keys(project)


def test_shares_that_do_not_give_a_known_key_are_refused(project: Path, tmp_path: Path) -> None:
    typed = iter(["open sesame", "open sesame"])
    split_key(project, LINKAGE, Asked(2, 3, with_passphrase=True), tmp_path / "a", "", ask=lambda _: next(typed))
    split_key(project, SPINE, ALL, tmp_path / "b", "")
    one, other = sorted((tmp_path / "a").iterdir()), sorted((tmp_path / "b").iterdir())
    (project.parent / "keys" / f"{LINKAGE}.key").unlink()
    with pytest.raises(KeyFileError, match="share 2 is of another key"):
        restore_key(project, LINKAGE, [one[0], other[0]], "")
    with pytest.raises(KeyFileError, match="a key that is not known: a wrong passphrase"):
        restore_key(project, LINKAGE, one, "")
    with pytest.raises(KeyFileError, match=r"share 1 .*of another key"):
        restore_key(project, LINKAGE, other, "")
    words = [" ".join(word for word in each.read_text().split("\n\n")[1].split() if not word.endswith("."))
             for each in one]  # fmt: skip
    answers = iter([*words[1:], "open sesame"])
    restore_key(project, LINKAGE, [], "", with_passphrase=True, ask=lambda _: next(answers))
    with pytest.raises(KeyFileError, match="is here already"):
        restore_key(project, LINKAGE, one, "", with_passphrase=True, ask=lambda _: "open sesame")

    def taken_away(_: str) -> str:
        (project.parent / "keys" / f"{SPINE}.key").unlink(missing_ok=True)
        return "open sesame"

    with pytest.raises(KeyFileError, match="was taken away meanwhile, so nothing is noted"):
        split_key(project, SPINE, Asked(2, 3, with_passphrase=True), tmp_path / "c", "", ask=taken_away)
    assert not (tmp_path / "c").exists()
    with pytest.raises(KeyFileError, match="terminal"):
        split_key(project, LINKAGE, ALL, None, "")
    with pytest.raises(KeyFileError, match="already"):
        split_key(project, LINKAGE, ALL, tmp_path / "a", "")


def test_a_lost_linkage_key_leaves_everything_but_its_own_periods(project: Path) -> None:
    release, folder = published(project), project.parent / "keys"
    (folder / f"{LINKAGE}.key").unlink()
    with pytest.raises(KeyFileError, match="there is no such key file"):
        run_zone(project, "encode", "", body="housing")
    assert "not made" in "".join(make_keys(project, "", ""))
    with pytest.raises(KeyFileError, match="is known already"):
        make_keys(project, LINKAGE, "")
    run_zone(project, "link", "")
    assert "The log verifies" in verify_log(project)
    assert explain_release(project, release)
    assert "the old key is not on this machine" in rotate_key(project, LINKAGE, "", "2026")
    with pytest.raises(KeyFileError, match="that serves 2025"):
        run_zone(project, "encode", "", body="housing")
    change(project, 'period = "2025"', 'period = "2026"')
    run_zone(project, "encode", "", body="housing")


def test_a_lost_record_key_gives_the_bodys_records_new_ids(project: Path) -> None:
    spine = project.parent / "exchange" / "spine" / "all" / "spine.parquet"
    before = pl.read_parquet(spine)
    (project.parent / "bodies" / "housing" / "record.key").unlink()
    run_zone(project, "encode", "", body="housing")
    run_zone(project, "link", "")
    after = pl.read_parquet(spine)

    def met(body: str) -> set[str]:
        old, new = (set(each.filter(pl.col("body") == body)["record_id"]) for each in (before, after))
        return old & new

    assert [body for body in bodies(project) if not met(body)] == ["housing"]


def test_a_log_both_of_whose_keys_are_lost_still_verifies(project: Path) -> None:
    for name in (LOG, WITNESS):
        (project.parent / "keys" / f"{name}.key").unlink()
    assert "The log verifies" in verify_log(project)
    assert explain_release(project, published(project))
    with pytest.raises(KeyFileError, match="is missing"):
        run_zone(project, "link", "")
    with pytest.raises(KeyFileError, match="is missing"):
        replace_lost(project, LOG, "")


def test_a_lost_key_at_rest_stops_with_a_clear_error(project: Path) -> None:
    change(project, "at_rest = false", "at_rest = true")
    with pytest.raises(KeyFileError, match="make it: desirelines keys new"):
        run_zone(project, "encode", "", body="housing")
    assert "made at-rest-2025" in "".join(make_keys(project, "", ""))
    run_zone(project, "encode", "", body="housing")
    (project.parent / "keys" / "at-rest-2025.key").unlink()
    assert "not made" in "".join(make_keys(project, "", ""))
    with pytest.raises(KeyFileError, match="is not here"):
        run_zone(project, "encode", "", body="housing")
    assert "must be made again" in rotate_key(project, "at-rest-2025", "")
    with surroundings(project) as context, pytest.raises(BundleError, match="cannot be decrypted"):
        linkage_read(context, "housing", zone_at_rest(context))
    run_zone(project, "encode", "", body="housing")
    assert "at-rest-2025" in show_keys(project)


@pytest.mark.slow
def test_a_destroyed_period_cannot_be_read_and_everything_else_can(project: Path) -> None:
    root, release = project.parent, published(project)
    change(project, "at_rest = false", "at_rest = true")
    make_keys(project, "", "")
    with pytest.raises(BundleError, match="is not encrypted at rest"):
        run_zone(project, "link", "")
    digests = {body: said(project, body)["digest"] for body in bodies(project)}
    for body in bodies(project):
        run_zone(project, "encode", "", body=body)
    run_zone(project, "link", "")
    run_zone(project, "journeys", "")
    assert {body: said(project, body)["digest"] for body in bodies(project)} == digests
    places = ("exchange/*/*/*", "linkage/**/*", "analysis/tables/*", "bodies/*/map")
    at_rest = [path for place in places for path in root.glob(f"{place}.parquet")]
    assert len(at_rest) > 20
    assert {path.read_bytes()[:4] for path in at_rest} == {b"PARE"}
    rotate_key(project, LINKAGE, "", "2026")
    rotate_key(project, SPINE, "", "2026")
    with pytest.raises(KeyFileError, match="ends before the project's period"):
        destroy_period(project, "2025", "")
    change(project, 'period = "2025"', 'period = "2026"')
    copies = {path: path.read_bytes() for path in at_rest}
    made = sorted([*root.rglob("at-rest-2025*.key"), *root.glob("keys/*.1.key")])
    assert len(made) == len(bodies(project)) + 3
    assert "give the same command on every machine" in destroy_period(project, "2025", "")
    assert not [path for path in made if path.exists()]
    assert destroy_period(project, "2025", "")
    change(project, 'period = "2026"', 'period = "2025"')
    for path, data in copies.items():
        assert path.read_bytes() == data
        with pytest.raises(pl.exceptions.ComputeError):
            pl.read_parquet(path, glob=False)
    for stage, body in (("link", ""), ("journeys", ""), ("encode", "housing")):
        with pytest.raises(KeyFileError, match="was destroyed on"):
            run_zone(project, stage, "", body=body)
    assert explain_release(project, release)
    assert "The log verifies" in verify_log(project)
    change(project, 'period = "2025"', 'period = "2026"')
    make_keys(project, "", "")
    for body in bodies(project):
        run_zone(project, "encode", "", body=body)
    run_zone(project, "link", "")
