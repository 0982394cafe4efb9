"""Weights learnt from labels, beside those estimated without."""

from pathlib import Path

import numpy as np
import pytest

from config.errors import SettingsError
from config.settings import LinkageSettings
from config.terms import Classifier, ProfileName
from flows.evaluate import evaluate
from linkage.supervised import reestimated, teaching_half
from linkage.truth import UNKNOWN
from linkage.weigh import Weighed, weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import bundle

WEAK = {
    "fl": ("first_name.exact", "last_name.exact"),
    "ld": ("last_name.exact", "dob.exact"),
    "fd": ("first_name.exact", "dob.exact"),
    "lh": ("last_name.exact", "postcode.unit"),
    "fh": ("first_name.exact", "postcode.unit"),
    "l": ("last_name.exact",),
}
"""Weak enough that many pairs of two people are candidates too."""

SHORT = {"first_name.exact": "first", "last_name.exact": "last", "dob.exact": "dob", "postcode.unit": "home"}


def weighed_and_truth(people: int = 1_500) -> tuple[Weighed, np.ndarray]:
    bodies, truth = [], {}
    for name, (rows, known) in zip(("left", "right"), drawn(people, errors=0.15), strict=True):
        tokens = {
            column: ["|".join(str(row[SHORT[part]]) for part in parts) for row in rows]
            for column, parts in WEAK.items()
        }
        bodies.append(bundle(name, tokens, composites=WEAK))
        truth |= {f"{name}{number}": who for number, who in enumerate(known, start=1)}
    found = weigh(bodies, LinkageSettings())
    return found, np.array([truth[name] for name in found.records.client_id.to_list()])


def febrl(folder: Path, rows: int) -> tuple[Path, Path]:
    from benchmarks.febrl import write_febrl

    paths = write_febrl(folder)
    for path in paths:
        header, *lines = path.read_text().splitlines(keepends=True)
        chosen = sorted(lines, key=lambda line: int(line.rsplit(",", 1)[1]))[:rows]
        path.write_text("".join((header, *chosen)))
    return paths


def test_all_records_of_a_person_stand_in_one_half() -> None:
    truth = np.array([4, 1, 4, 7, UNKNOWN, 1])
    assert teaching_half(truth).tolist() == [False, True, False, True, False, True]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("classifier", list(Classifier))
def test_pairs_of_one_person_get_higher_odds(classifier: Classifier) -> None:
    weighed, truth = weighed_and_truth()
    taught = teaching_half(truth)
    learnt = reestimated(weighed, truth, taught, classifier)
    held_out = ~taught[learnt.left] & ~taught[learnt.right]
    same = truth[learnt.left] == truth[learnt.right]
    assert np.median(learnt.bits[held_out & same]) > 3
    assert np.median(learnt.bits[held_out & ~same]) < 0
    assert learnt.patterns is weighed.patterns
    assert np.isfinite(learnt.bits).all()


@pytest.mark.filterwarnings("ignore")
def test_labels_that_are_not_taught_change_nothing() -> None:
    weighed, truth = weighed_and_truth()
    taught = teaching_half(truth)
    other = np.where(taught, truth, 10_000 + np.arange(truth.size) * 2)
    one, two = (reestimated(weighed, each, taught, Classifier.LOGISTIC) for each in (truth, other))
    assert np.array_equal(one.bits, two.bits)


@pytest.mark.parametrize("people", [0, 12, 1_500])
def test_too_few_labels_are_refused(people: int) -> None:
    weighed, truth = weighed_and_truth(max(people, 1))
    taught = teaching_half(truth) if people < 1_500 else np.zeros(truth.size, dtype=bool)
    with pytest.raises(SettingsError, match="labelled candidate pairs of one person and as many of two"):
        reestimated(weighed, truth, taught, Classifier.LOGISTIC)


@pytest.mark.filterwarnings("ignore")
def test_labels_make_febrl_no_worse(tmp_path: Path) -> None:
    left, right = febrl(tmp_path, 1_200)
    found = evaluate(
        left, right, truth="person", profile=ProfileName.ENCLAVE, supervised=Classifier.LOGISTIC
    ).figures["supervised"]
    assert found["classifier"] == "logistic"
    assert 400 < found["pairs"] < 800
    without, learnt = (found[kind]["default"]["f1"] for kind in ("without_labels", "with_labels"))
    assert learnt > without - 0.005
    assert learnt > 0.99
