"""Tables small enough to check by hand, protected, attacked and gathered into a check."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import polars as pl

from anonymise.disclosure import Findings, Protected, ProtectedTable, attack, protect
from anonymise.disclosure.decide import DECISIONS, facts
from anonymise.disclosure.public import NOTHING_BESIDE, Beside
from config.disclosure import DisclosureSettings
from config.settings import Project
from config.tables import Table
from config.terms import Status
from flows.check.contents import Check, CheckReason, Reason
from flows.check.gather import Standing, gather
from flows.check.keep import keep_release
from flows.layout import Layout
from flows.release.contents import Contents
from flows.release.stage import Staged, stage
from flows.report.labels import labels
from tests.support.contents import project
from tests.support.disclosure import dimension, drawn

DIGEST = "a" * 64
STANDING = Standing(tables_digest=DIGEST, code_version="0.1.0", release="0123456789abcdef", manifest="b" * 64)
LARGE = """
    service         | segment     | people | count
    ----------------+-------------+--------+-------
    __all__         | __all__     | 300000 | 650000
    __all__         | older       | 199000 | 409000
    __all__         | young_adult | 101000 | 241000
    repairs         | __all__     | 180000 | 380011
    repairs         | older       | 120000 | 250007
    repairs         | young_adult |  60000 | 130004
    housing_benefit | __all__     | 120000 | 269989
    housing_benefit | older       |  79000 | 158993
    housing_benefit | young_adult |  41000 | 110996
    """
"""Nothing in it needs to be withheld."""
SMALL = """
    service         | segment     | people | count
    ----------------+-------------+--------+-------
    __all__         | __all__     | 240007 | 520116
    __all__         | older       | 199000 | 409000
    __all__         | young_adult |  41007 | 111116
    repairs         | __all__     | 120007 | 250127
    repairs         | older       | 120000 | 250007
    repairs         | young_adult |      7 |    120
    housing_benefit | __all__     | 120000 | 269989
    housing_benefit | older       |  79000 | 158993
    housing_benefit | young_adult |  41000 | 110996
    """
"""One cell of seven people, guarded by three others."""
APPROVALS = b'{"approvals":[],"format":"desirelines approvals 1"}\n'
"""In place of signed approvals, where these do not matter."""
WITHHELD = (250_007, 79_000, 158_993, 41_000, 110_996)
"""Numbers withheld there that stand nowhere else."""


def table(rows: str = SMALL, name: str = "journeys") -> Table:
    """By service and segment; both add up."""
    return drawn(rows, dimension("service"), dimension("segment"), name=name)


def careless(tables: Sequence[Table], settings: DisclosureSettings, beside: Beside = NOTHING_BESIDE) -> Protected:
    """Protection by rules alone, without complementary cells: what the attack must find."""
    safe = protect(tables, settings, beside=beside)
    primary = safe.decisions.filter(pl.col("kind") == "primary")
    published = tuple(_shown(table, shown, primary) for table, shown in zip(tables, safe.tables, strict=True))
    return Protected(published, primary.select(*DECISIONS), facts(tables, primary, published))


def _shown(table: Table, shown: ProtectedTable, primary: pl.DataFrame) -> ProtectedTable:
    """The table again with every cell shown that no rule is against."""
    names = [each.name for each in table.dimensions]
    place = pl.concat_list([pl.format("{}={}", pl.lit(name), name) for name in names])
    against = {tuple(each) for each in primary.filter(pl.col("table") == table.name)["coordinates"].to_list()}
    true = table.cells.sort(*names, "universe")
    hidden = pl.Series([tuple(each) in against for each in true.select(place.alias("at"))["at"].to_list()])
    columns = shown.published.columns[len(names) :]
    blank = [
        pl.when(hidden).then(None).otherwise(pl.col(each)).alias(each)
        for each in columns
        if each not in ("unit", "status")
    ]
    status = pl.when(hidden).then(pl.lit(str(Status.CONFIDENTIAL))).otherwise("status")
    frame = true.with_columns(*blank, status.alias("status")).select(*names, *columns)
    return replace(shown, published=frame)


def checked(
    tables: Sequence[Table] | None = None, settings: Project | None = None, *, standing: Standing = STANDING
) -> Check:
    """The check of tables; the small ones where none are given."""
    made, chosen = tuple(tables or (table(),)), settings or project()
    safe = protect(made, chosen.disclosure)
    return gather(made, safe, attack(safe.tables, chosen.disclosure), chosen, standing)


def failed() -> tuple[tuple[Table, ...], Protected, Findings, Check]:
    """The small tables with nothing but the seven people withheld, which their totals give back."""
    made, chosen = (table(),), project()
    safe = careless(made, chosen.disclosure)
    findings = attack(safe.tables, chosen.disclosure)
    return made, safe, findings, gather(made, safe, findings, chosen, Standing(DIGEST, "0.1.0"))


def keep_for(places: Layout, staged: Staged, **changes: object) -> Check:
    """Write a check that fits a staged release; keywords replace what it says."""
    fits = {"release": staged.id, "manifest": staged.manifest_digest}
    said = _plain().model_copy(update={**fits, **changes})
    keep_release(places, said, labels(project()))
    return said


def staging(places: Layout, contents: Contents) -> Staged:
    """Stage a release with the check that approval asks for."""
    staged = stage(places, contents)
    keep_for(places, staged)
    return staged


@cache
def _plain() -> Check:
    return checked()


def reasons(check: Check, nth: int = 0) -> dict[CheckReason, Reason]:
    """Of one table."""
    return {each.reason: each for each in check.tables[nth].reasons}
