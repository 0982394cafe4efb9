"""Labels of persons without the ids of records that are gone.

A person's label is the name of the record that they were first linked from. Where that record is erased and others
of the person are not, the label would say for ever which record there was.
"""

from dataclasses import replace
from typing import Final

import polars as pl

from anonymise.keys import Secret
from anonymise.pseudonyms import keyed_ids
from linkage.continuity import Change, Continued

VEIL: Final = "gone:"
GONE: Final = (str(Change.RECORD_ERASED), str(Change.PERSON_ERASED))


def veiled(labels: pl.Series, secret: Secret, project: str) -> pl.Series:
    """A keyed name for each label, the same in every period; what is veiled already stays.

    Args:
        labels: of persons.
        secret: the linkage unit's.
        project: names of two projects have nothing in common.
    """
    made = keyed_ids(labels, secret, f"label of {project}")
    frame = pl.DataFrame({"label": labels, "made": made})
    kept = pl.col("label").str.starts_with(VEIL)
    return frame.select(pl.when(kept).then("label").otherwise(VEIL + pl.col("made")).alias(labels.name))[
        labels.name
    ]


def without_gone(continued: Continued, secret: Secret, project: str) -> Continued:
    """The same with every label veiled whose record is no longer there; what was erased is listed under no id."""
    there = continued.spine.select(pl.concat_str("body", pl.lit("/"), "record_id")).to_series()

    def named(labels: pl.Series) -> pl.Series:
        # A label that was taken already has the mark `+`, once or more.
        gone = labels.is_not_null() & ~labels.str.strip_chars_end("+").is_in(there.implode())
        if not gone.any():
            return labels
        places = gone.arg_true()
        return labels.scatter(places, veiled(labels.gather(places), secret, project))

    erased = pl.col("change").is_in(GONE)
    changes = continued.changes.with_columns(
        pl.when(~erased).then(name).alias(name) for name in ("before", "person", "record_id")
    )
    changes = changes.with_columns(named(changes["before"]), named(changes["person"]))
    return replace(
        continued,
        spine=continued.spine.with_columns(named(continued.spine["person"])),
        changes=changes.sort(changes.columns),
    )
