import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.extract import attack_extract, make_extract
from anonymise.extract.hierarchies import COARSER, is_coarser, sensitive_words, told
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.settings import ExtractSettings
from config.terms import SensitiveColumn
from tests.support import journey_extracts as support
from tests.support.journey_extracts import DISCLOSURE, SETTINGS, TWO_BODIES, WORLDS, best_by_trying_all

LIMITS = st.sampled_from([DISCLOSURE, DISCLOSURE, TWO_BODIES])


@given(WORLDS, SETTINGS, LIMITS)
@settings(max_examples=50, deadline=None)
def test_the_search_finds_what_trying_all_levels_finds(
    rows: pl.DataFrame, wanted: ExtractSettings, limits: DisclosureSettings
) -> None:
    least, nodes = best_by_trying_all(rows, wanted, limits.least_bodies)
    try:
        made = make_extract(rows, wanted, limits)
    except DisclosureError:
        assert not nodes or rows["person"].n_unique() < wanted.least_people or _is_bad_input(rows, wanted)
        return
    assert (round(made.loss.penalty, 9), made.loss.discernibility) == least
    assert tuple(str(level) for level in made.levels.values()) in nodes


def _is_bad_input(rows: pl.DataFrame, wanted: ExtractSettings) -> bool:
    """What is refused before levels are looked at."""
    kept = rows.filter(~(rows["route"].str.contains("clinic") & rows["route"].str.contains("prison")))
    few = any(
        kept.select(sensitive_words(each))[each].n_unique() < wanted.least_values for each in wanted.sensitive
    )
    return few or kept["segment"].is_null().all() or kept["person"].n_unique() < wanted.least_people


@given(WORLDS, SETTINGS, LIMITS)
@settings(max_examples=50, deadline=None)
def test_every_row_may_be_about_enough_people_and_the_attack_finds_nothing(
    rows: pl.DataFrame, wanted: ExtractSettings, limits: DisclosureSettings
) -> None:
    try:
        made = make_extract(rows, wanted, limits)
    except DisclosureError:
        return
    assert not any(attack_extract(made.rows, rows, wanted, made.levels, limits).values())
    assert made.least_people >= wanted.least_people
    assert made.journeys == made.rows["journeys"].sum() == rows.height - sum(made.suppressed.values())
    assert sum(made.suppressed.values()) <= rows.height * wanted.most_suppressed_percent / 100


@given(WORLDS, SETTINGS, st.randoms())
@settings(max_examples=25, deadline=None)
def test_neither_the_order_of_journeys_nor_the_numbers_of_people_change_an_extract(
    rows: pl.DataFrame, wanted: ExtractSettings, random: st.DataObject
) -> None:
    order, names = list(range(rows.height)), list(range(100, 115))
    random.shuffle(order)
    random.shuffle(names)
    other = rows[order].with_columns(pl.col("person").replace_strict(dict(enumerate(names))))
    try:
        made = make_extract(rows, wanted, DISCLOSURE)
    except DisclosureError:
        return
    again = make_extract(other, wanted, DISCLOSURE)
    assert again.rows.equals(made.rows)
    assert (again.levels, again.loss, again.suppressed) == (made.levels, made.loss, made.suppressed)


@given(WORLDS)
@settings(max_examples=25, deadline=None)
def test_the_words_of_a_coarser_level_follow_from_those_of_every_finer_one(rows: pl.DataFrame) -> None:
    wanted = support.settings()
    for column, levels in COARSER.items():
        words = {
            level: rows.select(rows[column], told(column, level, wanted).alias("told"))["told"].to_list()
            for level in levels
        }
        for fine in levels:
            for coarse in levels:
                if is_coarser(column, coarse, fine):
                    assert len(set(zip(words[fine], words[coarse], strict=True))) == len(set(words[fine]))


@given(WORLDS)
@settings(max_examples=25, deadline=None)
def test_the_attacker_reads_levels_and_values_as_they_are_written(rows: pl.DataFrame) -> None:
    wanted = support.settings()
    journeys = list(rows.iter_rows(named=True))
    for column, levels in COARSER.items():
        for level in levels:
            written = rows.select(rows[column], told(column, level, wanted).alias("told"))["told"].to_list()
            assert written == [support.attack._as_told(each, column, level, wanted) for each in journeys]
    for column in SensitiveColumn:
        written = rows.select(sensitive_words(column))[column].to_list()
        assert written == [support.attack._as_value(each, column) for each in journeys]
