import tomllib

from config.lines import line_of, lines_of

TEXT = '''\
# a remark [not.a.table]
plain = 1

[table]
list = [
  ["inner", "header like"],   # a remark with ] in it
  ["second"]
]
after = "text with [brackets] and # sign"
long = """
[still.text]
"""
dotted.name = { inline = 1 }

[table."quoted"]
x = 'it''s'

[[many]]
x = 1
[[many]]
y = 2
[many.below]
z = 3
'''.replace("'it''s'", '"it\'s"')


def test_the_text_is_toml() -> None:
    assert tomllib.loads(TEXT)["many"][1] == {"y": 2, "below": {"z": 3}}


def test_settings_behind_lists_and_long_texts_are_found() -> None:
    lines = lines_of(TEXT)
    assert lines["plain",] == 2
    assert lines["table", "list"] == 5
    assert lines["table", "after"] == 9
    assert lines["table", "long"] == 10
    assert lines["table", "dotted", "name"] == 13
    assert lines["table", "quoted", "x"] == 16
    assert ("still", "text") not in lines


def test_tables_of_a_list_are_told_apart_by_number() -> None:
    lines = lines_of(TEXT)
    assert (lines["many", "0"], lines["many", "0", "x"]) == (18, 19)
    assert (lines["many", "1"], lines["many", "1", "y"]) == (20, 21)


def test_what_is_not_written_out_is_placed_at_the_table_around_it() -> None:
    lines = lines_of(TEXT)
    assert line_of(("table", "quoted", "missing"), lines) == 15
    assert line_of(("table", "list", "3"), lines) == 5
    assert line_of(("many", "1", "missing"), lines) == 20
    assert line_of(("nothing",), lines) is None
