"""Weights learnt from pairs whose truth is known, with the classifiers of recordlinkage."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from config.errors import SettingsError
from config.terms import Classifier
from linkage.candidates import Ints
from linkage.compare import batches
from linkage.estimate import Floats
from linkage.levels import SPANS, WIDTH
from linkage.truth import UNKNOWN
from linkage.weigh import Weighed

if TYPE_CHECKING:
    from pandas import DataFrame, MultiIndex, Series

LEAST_LABELLED: Final = 5
"""Fewest pairs of one person, and fewest of two, that anything is learnt from."""

MOST_LABELLED: Final = 500_000
"""Most labelled pairs that are learnt from; of more, every so-manieth."""

PAIRS_AT_ONCE: Final = 200_000
MOST_BITS: Final = 50.0


def teaching_half(truth: Ints) -> NDArray[np.bool_]:
    """Whose labels are learnt from: every other person, by the order of the labels.

    All records of a person stand in one half, so that a true pair is either learnt from or judged by.

    Args:
        truth: shape (clients,), equal for clients of one person.
    """
    half: NDArray[np.bool_] = (truth != UNKNOWN) & (truth % 2 == 1)
    return half


def reestimated(weighed: Weighed, truth: Ints, taught: NDArray[np.bool_], classifier: Classifier) -> Weighed:
    """The same pairs, their odds learnt from those of them whose truth is known.

    What is learnt from is what each pair's pattern tells of each field, and for `logistic` also the odds that
    were estimated without labels, by the pair alone and beside its rivals: it corrects them, and with few
    labels it leaves them nearly as they are. Nothing else of `weighed` changes.

    Args:
        weighed: weighed without labels.
        truth: shape (clients,); what is not `taught` is never looked at.
        taught: shape (clients,), whose truth may be used.
        classifier: which of recordlinkage's.

    Raises:
        SettingsError: too few labelled pairs of one person or of two.
    """
    from pandas import DataFrame, MultiIndex

    labelled = np.flatnonzero(taught[weighed.left] & taught[weighed.right])
    same = truth[weighed.left[labelled]] == truth[weighed.right[labelled]]
    if min(int(same.sum()), int((~same).sum())) < LEAST_LABELLED:
        raise SettingsError(
            "supervised",
            [
                f"expected at least {LEAST_LABELLED} labelled candidate pairs of one person and as many of two; "
                f"there are {int(same.sum())} and {int((~same).sum())}"
            ],
        )
    step = -(-labelled.size // MOST_LABELLED)
    labelled, same = labelled[::step], same[::step]
    learnt = _classifier(classifier)
    pairs = MultiIndex.from_arrays([weighed.left[labelled], weighed.right[labelled]])
    learnt.fit(DataFrame(_features(weighed, labelled, classifier), index=pairs), pairs[same])
    probability = np.empty(weighed.left.size)
    for part in batches(probability.size, PAIRS_AT_ONCE):
        chosen = np.arange(part.start, part.stop)
        index = MultiIndex.from_arrays([weighed.left[part], weighed.right[part]])
        probability[part] = learnt.prob(DataFrame(_features(weighed, chosen, classifier), index=index))
    return replace(weighed, bits=_log_odds(probability))


class _Learner(Protocol):
    """What recordlinkage's classifiers do; it has no types."""

    def fit(self, comparison_vectors: "DataFrame", match_index: "MultiIndex") -> None:
        """Learn from pairs, of which those in the index are of one person."""

    def prob(self, comparison_vectors: "DataFrame") -> "Series[float]":
        """The probability of each pair."""


def _classifier(name: Classifier) -> _Learner:
    """Imported here: it takes three seconds."""
    from recordlinkage import LogisticRegressionClassifier, NaiveBayesClassifier

    if name is Classifier.LOGISTIC:
        logistic: _Learner = LogisticRegressionClassifier(max_iter=1_000)
        return logistic
    bayes: _Learner = NaiveBayesClassifier(binarize=0.5)
    return bayes


def _features(weighed: Weighed, pairs: Ints, classifier: Classifier) -> Floats:
    """What is known of each pair.

    Returns:
        Shape (pairs, features). By level: its share of its field's possible levels, 0 throughout where all of
        them are possible and the field was not seen. For `naive_bayes` 1 in place of a share; for `logistic`
        two columns more, the estimated odds in bits.
    """
    line = weighed.line[pairs]
    sets = weighed.patterns.sets.astype(np.float64)
    for start, stop in SPANS.values():
        possible = sets[:, start:stop].sum(axis=1, keepdims=True)
        shares = np.where(possible < stop - start, 1.0 / possible, 0.0)
        sets[:, start:stop] *= shares if classifier is Classifier.LOGISTIC else shares > 0
    if classifier is Classifier.NAIVE_BAYES:
        return sets[line]
    features = np.empty((pairs.size, WIDTH + 2))
    features[:, :WIDTH] = sets[line]
    alone = np.log2(np.maximum(weighed.scores.odds, np.finfo(float).tiny))
    features[:, WIDTH] = np.clip(alone[line], -MOST_BITS, MOST_BITS)
    features[:, WIDTH + 1] = np.clip(weighed.bits[pairs], -MOST_BITS, MOST_BITS)
    return features


def _log_odds(probability: Floats) -> Floats:
    """In bits; certainty is taken to be less than it says."""
    least = 2.0**-MOST_BITS
    odds: Floats = np.log2(np.maximum(probability, least) / np.maximum(1.0 - probability, least))
    return odds
