"""All engines find the same pairs, keep to their folder and their memory, and leave nothing behind."""

import stat
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from config.errors import SettingsError
from config.machine_errors import CapacityError
from config.settings import LinkageSettings
from flows.engines import spark as spark_engine
from flows.engines.choose import engine_of
from flows.engines.disk import OnDisk
from flows.engines.duck import duck
from flows.engines.folder import shards_in
from flows.engines.memory import available, usable
from flows.stores import sweep
from linkage.bundles import BodyTokens
from linkage.engine import Engine, InMemory
from linkage.link import Linked, link
from linkage.plan import EVERYTHING, GIB, Room, plan
from linkage.through_time import History, basis
from tests.support.drawn_people import drawn
from tests.support.token_bundles import COMPOSITES, bundle, people_bundle

SETTINGS = LinkageSettings()
HELD = drawn(300, bodies=3, errors=0.1)
SMALL = Room(most_pairs=1 << 40, most_added=150, on_disk=True)

needs_spark = pytest.mark.skipif(bool(spark_engine.missing()), reason="; ".join(spark_engine.missing()) or "-")


def bodies() -> list[BodyTokens]:
    """Three bodies: unique clients, clients with versions, clients that need not be unique."""
    one, two, three = (people for people, _ in HELD)
    versions = [f"b{number % 250}" for number in range(len(two))]
    return [
        people_bundle("a", one),
        people_bundle("b", two, ids=versions, rows=[number // 250 for number in range(len(two))]),
        people_bundle("c", three, unique=False),
    ]


def same(found: Linked, usual: Linked) -> None:
    assert found.spine.equals(usual.spine)
    assert found.patterns.equals(usual.patterns)
    assert found.weights.equals(usual.weights)
    assert found.facts == usual.facts


@pytest.fixture(scope="module")
def usual() -> Linked:
    return link(bodies(), SETTINGS, [("a", "c")])


@pytest.fixture(params=["on disk", "duckdb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with shards_in(tmp_path) as shards:
        if request.param == "on disk":
            yield OnDisk(SMALL, shards)
        else:
            with duck(SMALL, shards, GIB) as found:
                yield found


def test_every_engine_gives_the_same_links_patterns_and_facts(engine: Engine, usual: Linked) -> None:
    same(link(bodies(), SETTINGS, [("a", "c")], engine), usual)


def test_every_engine_links_what_is_new_alike(engine: Engine, usual: Linked) -> None:
    manifests = [body.manifest for body in bodies()]
    first = History(basis(manifests, SETTINGS, [("a", "c")]), None)
    less = [BodyTokens(each.manifest, each.tokens) for each in fewer(bodies())]
    kept = link(less, SETTINGS, [("a", "c")], history=first).kept
    found = link(bodies(), SETTINGS, [("a", "c")], engine, History(first.basis, kept))
    assert found.manner == "incremental"
    same(found, usual)


def fewer(held: list[BodyTokens]) -> list[BodyTokens]:
    """The same bodies before their last clients came."""
    before = []
    for body in held:
        tokens = body.tokens.lazy().collect()
        tokens = tokens.filter(pl.col("record_id").str.slice(1).cast(pl.Int64) < 240)
        said = {"rows": tokens.height, "clients": tokens["record_id"].n_unique()}
        before.append(BodyTokens(body.manifest.model_copy(update=said), tokens))
    return before


def test_links_added_up_in_shards_are_the_same(usual: Linked) -> None:
    same(link(bodies(), SETTINGS, [("a", "c")], InMemory(SMALL)), usual)


def test_every_engine_leaves_crowds_out_alike(engine: Engine) -> None:
    same_for_all = {column: ["x"] * 30 + [f"p{number}" for number in range(10)] for column in COMPOSITES}
    crowd = [bundle("a", same_for_all), bundle("b", same_for_all)]
    few = LinkageSettings(most_pairs_per_token=100)
    found = link(crowd, few, engine=engine)
    same(found, link(crowd, few))
    assert found.facts["left_out"] == 4 * 900
    assert found.facts["candidates"] == {"a|b": 10}


def test_every_engine_links_bodies_with_nothing_in_them(engine: Engine) -> None:
    none: dict[str, list[str | None]] = {column: [] for column in COMPOSITES}
    found = link([bundle("a", none), bundle("b", none)], SETTINGS, engine=engine)
    assert found.spine.is_empty()


def test_more_composites_than_fit_in_a_word_are_compared_alike(engine: Engine) -> None:
    names = {f"t{number:03}": COMPOSITES["ab"] for number in range(130)}
    tokens = {name: [f"{name}/{person // 2}" for person in range(40)] for name in names}
    tokens["t129"] = [f"only/{person}" for person in range(40)]
    wide = [bundle("a", tokens, composites=names), bundle("b", tokens, composites=names)]
    same(link(wide, SETTINGS, engine=engine), link(wide, SETTINGS))


@needs_spark
@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_spark_in_local_mode_gives_the_same_links_patterns_and_facts(tmp_path: Path, usual: Linked) -> None:
    here = LinkageSettings(engine="pyspark", most_memory_gib=2, spark={"master": "local[2]"})
    with engine_of(here, tmp_path, [300, 300, 300], 4) as engine:
        same(link(bodies(), SETTINGS, [("a", "c")], engine), usual)
    assert not list(tmp_path.rglob("*"))


def test_the_engine_of_the_project_file_is_taken(tmp_path: Path) -> None:
    for name, kind in (("polars", "InMemory"), ("duckdb", "Duck")):
        with engine_of(LinkageSettings(engine=name), tmp_path, [10, 10], 4) as engine:
            assert type(engine).__name__ == kind


def test_a_linkage_whose_joins_do_not_fit_goes_to_disk(tmp_path: Path) -> None:
    rows = [3_000_000, 3_000_000]
    with engine_of(LinkageSettings(most_memory_gib=6), tmp_path, rows, 150) as engine:
        assert isinstance(engine, OnDisk)


def test_shards_are_for_their_owner_only_and_gone_afterwards(tmp_path: Path) -> None:
    with shards_in(tmp_path) as shards, duck(SMALL, shards, GIB) as engine:
        engine.keep([engine.take(pl.DataFrame({"token": [1], "row": [0]}))])
        files = [shards.folder, *shards.folder.rglob("*")]
        assert len(files) == 3
        assert all(stat.S_IMODE(each.stat().st_mode) & 0o077 == 0 for each in files)
    assert not list(tmp_path.iterdir())


def test_shards_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    with shards_in(tmp_path) as shards:
        left = shards.folder
    left.mkdir()
    (left / "0.parquet").touch()
    assert sweep(tmp_path) == 1
    assert not left.exists()


def test_duckdb_reaches_nothing_but_its_folder(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "zone").mkdir()
    with shards_in(tmp_path / "zone") as shards, duck(SMALL, shards, GIB) as engine:
        for statement in (
            f"COPY (SELECT 1) TO '{tmp_path}/out.parquet'",
            "INSTALL httpfs",
            "SET memory_limit = '9GB'",
        ):
            with pytest.raises(duckdb.Error):
                engine._connection.execute(statement)


def test_a_linkage_that_cannot_fit_is_refused_beforehand(tmp_path: Path) -> None:
    with (
        pytest.raises(CapacityError, match=r"200,000,000 rows of all bodies need about .* 2\.0 GiB may be used"),
        engine_of(LinkageSettings(most_memory_gib=2), tmp_path, [100_000_000] * 2, 24),
    ):
        pass


def test_more_pairs_than_there_is_room_for_are_refused_before_they_are_made() -> None:
    groups = {column: [f"g{number // 20}" for number in range(400)] for column in COMPOSITES}
    crowded = [bundle("a", groups), bundle("b", groups)]
    assert sum(link(crowded, SETTINGS).facts["candidates"].values()) == 8_000
    with pytest.raises(CapacityError, match="pairs that share a token"):
        link(crowded, SETTINGS, engine=InMemory(Room(most_pairs=4_000, most_added=1 << 40, on_disk=False)))


def test_a_plan_grows_with_rows_and_composites() -> None:
    small, large = plan([1_000, 1_000], 24, 8 * GIB), plan([1_000_000, 1_000_000], 24, 8 * GIB)
    assert large.most_pairs < small.most_pairs < EVERYTHING.most_pairs
    assert not small.on_disk
    assert plan([10_000_000, 10_000_000], 160, 24 * GIB).on_disk


def test_memory_is_what_the_project_file_says_or_a_share_of_what_is_there(tmp_path: Path) -> None:
    assert usable(4) == 4 * GIB
    assert 0 < usable(None) < available() * 1.1
    said = tmp_path / "meminfo"
    said.write_text("MemTotal: 9000 kB\nMemAvailable:    5000 kB\n")
    assert available(said, tmp_path) == 5_000 * 1024
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert available(said, tmp_path) == 5_000 * 1024
    (tmp_path / "memory.max").write_text("3000\n")
    assert available(said, tmp_path) == 2_000
    assert available(tmp_path / "nowhere", tmp_path / "nowhere") > 0


def test_spark_that_is_not_installed_is_a_fault_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_engine, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with (
        pytest.raises(SettingsError, match=r"(?s)'make spark'.*Java 17"),
        engine_of(LinkageSettings(engine="pyspark"), tmp_path, [1], 1),
    ):
        pass
