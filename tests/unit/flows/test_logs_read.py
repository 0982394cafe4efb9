"""Event logs, hostile ones among them: what is read, what is refused, and what is left as it is."""

import csv
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ExtractError, SettingsError
from flows.logs import xes
from flows.logs.catalogue import describe_log, known_log, known_logs, list_logs, reading_of, told
from flows.logs.convert import Reading, convert
from flows.logs.words import distinct, words_of

MARK = "Zyxwvut-Name"
EVENT = (
    '<event><string key="concept:name" value="ask"/>'
    '<date key="time:timestamp" value="2026-03-01T10:00:00+01:00"/></event>'
)


AS_IT_IS = Reading()


def log(*traces, head="", inside=""):
    return f'<?xml version="1.0"?>{head}<log xmlns="http://www.xes-standard.org/">{inside}{"".join(traces)}</log>'


def trace(*events, name="c1", after=""):
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}{after}</trace>'


def event(ts, name="ask", more=""):
    stated = f'<date key="time:timestamp" value="{ts}"/><string key="concept:name" value="{name}"/>'
    return f"<event>{stated}{more}</event>"


def read(tmp_path, content, reading=AS_IT_IS, file="log.xes"):
    path = tmp_path / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = convert(path, tmp_path / "out", reading)
    with (tmp_path / "out" / "events.csv").open(newline="", encoding="utf-8") as rows:
        return found, list(csv.DictReader(rows))


def test_other_files_and_missing_ones_are_refused(tmp_path) -> None:
    with pytest.raises(ExtractError, match="none of the suffixes"):
        read(tmp_path, "", file="log.mxml")
    with pytest.raises(ExtractError, match=r"^event log: none\.xes: there is no such file$"):
        convert(tmp_path / "none.xes", tmp_path, Reading())


def test_a_case_of_more_events_than_can_be_held_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(xes, "MOST_EVENTS", 2)
    assert read(tmp_path, log(trace(EVENT, EVENT), trace(EVENT, EVENT, name="c2")))[0].events == 4
    with pytest.raises(ExtractError, match="a case of more than 2 events"):
        read(tmp_path, log(trace(EVENT, EVENT, EVENT)))


def test_defaults_and_attributes_of_attributes_are_not_read_and_those_behind_the_events_are(tmp_path) -> None:
    inside = '<global scope="event"><string key="org:group" value="nobody"/></global>'
    more = '<list key="l"><values><string key="org:group" value="inner"/></values></list>'
    both = trace(
        event("2026-01-01T00:00:00Z", more=more),
        event("2026-01-01T00:00:00Z", more='<int key="org:group" value="7"/>'),
        after='<string key="channel" value="Desk"/>',
    )
    _, rows = read(tmp_path, log(both, inside=inside), Reading(keep=("org:group", "case:channel")))
    assert [(row["org:group"], row["case:channel"]) for row in rows] == [("", "Desk"), ("7", "Desk")]


def test_events_are_numbered_in_the_order_of_the_file_over_all_cases(tmp_path) -> None:
    late, early = event("2026-05-02T00:00:00Z", "b"), event("2026-05-01T00:00:00Z", "a")
    found, rows = read(tmp_path, log(trace(late, early), trace(early, early, name="c2"), trace(late)))
    assert [(row["client_ref"], row["event_seq"], row["step"]) for row in rows] == [
        ("c1", "1", "b"), ("c1", "2", "a"), ("c2", "3", "a"), ("c2", "4", "a"), ("c1", "5", "b"),
    ]  # fmt: skip
    assert (found.cases, found.tied) == (2, 4)
    assert (tmp_path / "out" / "people.csv").read_text() == "client_ref\nc1\nc2\n"
    assert "4 events (80.0 %) share their moment" in told(found)


@pytest.mark.parametrize(
    ("written", "zone", "utc"),
    [
        ("2011-10-11T13:45:40.276+02:00", "", "2011-10-11T11:45:40.276000"),
        ("2011-10-11T13:45:40Z", "", "2011-10-11T13:45:40.000000"),
        ("2011-10-11 13:45:40.1+02:00", "", "2011-10-11T11:45:40.100000"),
        ("2026-03-29T00:59:59", "Europe/London", "2026-03-29T00:59:59.000000"),
        ("2026-03-29T02:00:00", "Europe/London", "2026-03-29T01:00:00.000000"),
        ("0001-01-02T00:00:00Z", "", "0001-01-02T00:00:00.000000"),
        ("9999-12-31T23:59:59Z", "", "9999-12-31T23:59:59.000000"),
        # Left as they are, for ingest to set aside: no offset, no time, a moment outside the calendar.
        ("2011-10-11T13:45:40", "", "2011-10-11T13:45:40"),
        ("yesterday", "", "yesterday"),
        ("", "", ""),
        ("0001-01-01T00:00:00+02:00", "", "0001-01-01T00:00:00+02:00"),
    ],
)
def test_times_become_utc_or_stay_as_they_are(tmp_path, written, zone, utc) -> None:
    found, rows = read(tmp_path, log(trace(event(written))), Reading(zone=zone))
    assert rows[0]["ts"] == utc
    assert found.unread == (utc == written)


def test_only_events_of_the_transition_asked_for_are_kept_and_the_others_counted(tmp_path) -> None:
    begun, done = (f'<string key="lifecycle:transition" value="{each}"/>' for each in ("START", "Complete"))
    events = [event("2026-01-01T00:00:00Z", name, more) for name, more in (("a", begun), ("b", done), ("c", ""))]
    found, rows = read(tmp_path, log(trace(*events)), Reading(only="complete"))
    assert ([row["step"] for row in rows], found.other_transition) == (["b", "c"], 1)
    assert [row["event_seq"] for row in rows] == ["2", "3"]


def test_a_log_in_another_encoding_is_read(tmp_path) -> None:
    content = log(trace(event("2026-01-01T00:00:00Z", "caf\N{LATIN SMALL LETTER E WITH ACUTE}")))
    for encoding in ("utf-16", "iso-8859-1"):
        written = content.replace('version="1.0"', f'version="1.0" encoding="{encoding}"').encode(encoding)
        assert read(tmp_path, written)[1][0]["step"] == "caf\N{LATIN SMALL LETTER E WITH ACUTE}"


@given(
    st.dictionaries(st.text(min_size=1, max_size=60).filter(lambda each: each.isprintable()), st.integers(1, 9))
)
def test_every_activity_has_a_word_of_its_own_in_lines_that_are_toml(activities) -> None:
    said = tomllib.loads(words_of(activities))
    assert set(said["codes"]["step"]) == set(activities)
    assert sorted(said["codes"]["step"].values()) == sorted(said["words"]["step"])
    assert len(said["words"]["step"]) == len(activities)


def test_ten_thousand_activities_that_look_alike_have_ten_thousand_words() -> None:
    words = distinct(["\N{BLACK STAR}"] * 10_000)
    assert len(set(words)) == 10_000
    assert max(map(len, words)) <= 40


def test_the_catalogue_says_where_each_log_is_and_fetches_nothing() -> None:
    for name, each in known_logs().items():
        assert each.doi in describe_log(name)
        assert "Nothing is downloaded" in describe_log(name)
        assert name in list_logs()
    with pytest.raises(SettingsError, match="expected one of receipt"):
        known_log("none")


def test_a_log_of_the_catalogue_is_read_as_it_says_and_not_as_asked_besides() -> None:
    assert reading_of("loans_2012", Reading()).only == "complete"
    assert reading_of("", Reading(parts=2)).parts == 2
    with pytest.raises(SettingsError, match="no such option beside it"):
        reading_of("loans_2012", Reading(only="start"))
