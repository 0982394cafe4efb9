"""Hostile project files, notes, schedules, moments and routes: what may be written, pasted or typed."""

from config.errors import MomentError, SettingsError
from tests.hostile.case import CANARY, Accepted, Case, Refused
from tests.hostile.readers import example_file

NESTED = "more than 20 deep"
LONG = "a whole number that is longer"


def edited(old: str, new: str) -> bytes:
    """The example's project file with something else in one place."""
    text = example_file().decode()
    assert old in text
    return text.replace(old, new, 1).encode()


FILES: dict[str, tuple[object, str]] = {
    "nothing": (b"", "this setting is required"),
    "bytes that are no UTF-8": (b"a = '\xff'", "is not UTF-8 text at byte 5"),
    "UTF-16": (lambda: example_file().decode().encode("utf-16"), "is not UTF-8 text"),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + example_file(), "is not TOML"),
    "a NUL": (lambda: example_file() + b"\0", "is not TOML"),
    "an escape for the screen in the text": (b"a = 1 # \x1b[2J\n", "is not TOML"),
    "an escape for the screen in a name": (b'"\\u001b[2J\\u202e" = 1\n', r"\?\[2J\?: there is no such setting"),
    "a name of a million letters": (lambda: b"a" * 1_000_000 + b" = 1\n", "there is no such setting"),
    "cut short": (lambda: example_file()[: len(example_file()) // 2].rstrip()[:-5], "."),
    "half a table": (b"[project\n", "is not TOML"),
    "lists in lists without end": (b"a = " + b"[" * 100_000, NESTED),
    "lists in lists": (b"a = " + b"[" * 50 + b"]" * 50, NESTED),
    "tables in tables without end": (b"[" + b".".join([b"a"] * 5_000) + b"]\nx = 1\n", NESTED),
    "names of names without end": (b".".join([b"a"] * 3_000) + b" = 1\n", NESTED),
    "tables in a line without end": (b"a = " + b"{a = " * 3_000, NESTED),
    "a number of endless digits": (b"a = " + b"9" * 5_000, LONG),
    "a number of endless digits to the base of sixteen": (b"a = 0x" + b"f" * 50_000, LONG),
    "a number beyond what TOML has": (
        lambda: edited("population = ", "population = 9999999999999999999\n#"),
        LONG,
    ),
    "a table twice": (lambda: example_file() + b"\n[project]\n", "is not TOML"),
    "a setting twice": (lambda: edited("population = ", "population = 5\npopulation = "), "is not TOML"),
    "half a character": (b'a = "\\ud800"', "is not TOML"),
    "a day that no calendar has": (b"a = 2025-02-30", "is not TOML"),
    "lists where tables are expected": (b"bodies = [[1]]\nwords = []\nkeys = 1\n", "bodies: expected a table"),
    "text where a list is expected": (lambda: edited("[[tables]]", "[tables.x]\n#").split(b"[[tables]]")[0], "."),
    "a number where a table of the list is expected": (b"tables = [1, 2]\nproject = [1]\n", "tables"),
    "not a number": (lambda: edited("least_probability = 0.95", "least_probability = nan"), "least_probability"),
    "a number without end": (
        lambda: edited("gap_days = 120", "gap_days = inf"),
        "gap_days: expected a whole number",
    ),
    "true for a number": (
        lambda: edited("least_people = 10", "least_people = true"),
        "least_people: expected a whole",
    ),
    "text for a number": (
        lambda: edited("least_people = 10", f'least_people = "{CANARY}"'),
        "expected a whole number",
    ),
    "nobody protected": (lambda: edited("least_people = 10", "least_people = 0"), "least_people"),
    "a control that is misspelt": (lambda: edited("least_people = 10", "leest_people = 10"), "did you mean"),
    "a path that leads out": (lambda: edited('people = ["', f'people = ["../../{CANARY}", "'), "without '..'"),
    "a path of the machine": (
        lambda: edited('people = ["', 'people = ["/etc/passwd", "'),
        "below the project file's",
    ),
    "a schedule of endless digits": (
        lambda: edited('cron = "0 6 1 * *"', f'cron = "{"9" * 5_000} 6 1 * *"'),
        "schedule.cron: expected five fields",
    ),
    "a schedule that never comes": (
        lambda: edited('cron = "0 6 1 * *"', 'cron = "0 6 31 2 *"'),
        "a time that comes",
    ),
    "a file without end": (lambda: b"#" * 4_000_001, "is larger than 4,000,000 bytes"),
    "ways through a path without end": (
        lambda: edited('ideal_path = ["', "ideal_path = [" + '"diagnose?", ' * 12 + '"'),
        "at most 256 ways",
    ),
}

NOTES: dict[str, tuple[object, str]] = {
    "lists in lists without end": (b"a = " + b"[" * 100_000, NESTED),
    "a number of endless digits": (b"a = " + b"9" * 5_000, LONG),
    "a type of journey of nobody's": (
        b'["re\\u001Bpair"]\nask = "Zwartkopje"',
        r"re\?pair: there is no such type",
    ),
    "bytes that are no UTF-8": (b"\xff", "is not UTF-8 text at byte 0"),
    "a note for no section": (b'ask = "Zwartkopje"', "no such type of journey"),
    "a file without end": (lambda: b"#" * 1_000_001, "is larger than 1,000,000 bytes"),
}

MOMENTS: dict[str, tuple[str, str]] = {
    "before the year 1 in UTC": ("0001-01-01T00:00+23:00", "expected a date and a time"),
    "after the year 9999 in UTC": ("9999-12-31T23:59-23:00", "expected a date and a time"),
    "words": (CANARY, "expected a date and a time"),
    "nothing": ("", "expected a date and a time"),
    "a NUL": ("2024-05-05T10:00\0", "expected a date and a time"),
    "other digits": ("\u0662\u0660\u0662\u0664-05-05", "expected a date and a time|outside the period"),
    "endless digits": ("9" * 100_000, "expected a date and a time"),
    "another year": ("1999-05-05T10:00", "lies outside the period"),
}

SPELLED: dict[str, tuple[str, str, str]] = {
    "schedule: endless digits": ("schedule", "9" * 5_000 + " * * * *", "is \\*, a number from 0 to 59"),
    "schedule: a step of endless digits": ("schedule", "*/" + "9" * 5_000 + " * * * *", "a number from 0 to 59"),
    "schedule: other digits": ("schedule", "\u0661 * * * *", "a number from 0 to 59"),
    "schedule: a step of nothing": ("schedule", "*/0 * * * *", "a number from 0 to 59"),
    "schedule: a range backwards": ("schedule", "9-5 * * * *", "a number from 0 to 59"),
    "schedule: a name of the scheduler's": ("schedule", "@monthly", "there are 1"),
}

ROUTES: dict[str, str] = {
    "nothing": "",
    "brackets alone": "{}",
    "a bracket": "{",
    "the end alone": "\u2026",
    "arrows alone": ">>>>",
    "the same body twice running": "housing>housing",
    "a set out of order": "{prison, housing}",
    "an escape for the screen": "housing>\x1b[2J",
    "a body of nobody's spelling": CANARY,
    "bodies without end": ">".join(["a", "b"] * 5_000) + ">",
}

CASES = [
    *(
        Case(f"project file: {name}", "project file", data, Refused(SettingsError, 10, said))
        for name, (data, said) in FILES.items()
    ),
    *(
        Case(f"notes: {name}", "notes", data, Refused(SettingsError, 10, said))
        for name, (data, said) in NOTES.items()
    ),
    *(
        Case(f"moment: {name}", "moment", text, Refused(MomentError, 23, said))
        for name, (text, said) in MOMENTS.items()
    ),
    *(
        Case(name, reader, text, Refused(SettingsError, 10, said))
        for name, (reader, text, said) in SPELLED.items()
    ),
    *(Case(f"route: {name}", "route", text, Accepted(None)) for name, text in ROUTES.items()),
    Case(
        "mapping: lists in lists without end",
        "labelled",
        b"a = " + b"[" * 100_000,
        Refused(SettingsError, 10, NESTED),
        {"as_mapping": True},
    ),
    Case(
        "mapping: a number of endless digits",
        "labelled",
        b"a = " + b"9" * 5_000,
        Refused(SettingsError, 10, LONG),
        {"as_mapping": True},
    ),
]
