"""What holds for every split of a key: enough shares give it back, fewer or others do not."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import KeyFileError
from flows.keys.shares import Heading, Typed, combined, read_share, share_text, split

MATERIAL = st.binary(min_size=16, max_size=32).filter(lambda data: len(data) % 2 == 0)


def typed(words: list[str]) -> list[Typed]:
    return [Typed(each, {}) for each in words]


@st.composite
def numbers(draw: st.DrawFn) -> tuple[int, int]:
    shares = draw(st.integers(2, 6))
    return draw(st.integers(2, shares)), shares


@settings(max_examples=12, deadline=None)
@given(material=MATERIAL, asked=numbers(), passphrase=st.text("abc XYZ~", max_size=8))
def test_any_k_of_n_give_the_key_back_and_no_fewer_do(
    material: bytes, asked: tuple[int, int], passphrase: str
) -> None:
    threshold, shares = asked
    words = split("k", material, threshold, shares, passphrase, exponent=0)
    assert len(words) == shares
    for chosen in list(combinations(words, threshold))[:8]:
        assert combined("k", typed([*chosen]), passphrase) == material
    for chosen in list(combinations(words, threshold - 1))[:8]:
        with pytest.raises(KeyFileError, match=r"shares are needed|there is no share"):
            combined("k", typed([*chosen]), passphrase)
    assert combined("k", typed(words[::-1]), passphrase) == material


@settings(max_examples=10, deadline=None)
@given(
    material=MATERIAL, place=st.integers(0, 100), other=st.sampled_from(["academic", "zero", "Zürich", "", "7"])
)
def test_a_mistyped_word_is_noticed_and_not_shown(material: bytes, place: int, other: str) -> None:
    words = split("k", material, 2, 3, exponent=0)
    wrong = words[0].split()
    place %= len(wrong)
    if wrong[place] == other:
        return
    wrong[place] = other
    with pytest.raises(KeyFileError, match="share 2 is mistyped") as refused:
        combined("k", typed([words[1], " ".join(wrong)]))
    assert not set(str(refused.value).split()) & set(words[0].split())


def test_shares_of_two_splits_do_not_mix_and_one_does_not_count_twice() -> None:
    material = bytes(range(32))
    one, other = (split("k", material, 2, 3, exponent=0) for _ in range(2))
    with pytest.raises(KeyFileError, match="share 2 is of another key, or of another split"):
        combined("k", typed([one[0], other[1]]))
    with pytest.raises(KeyFileError, match="share 2 is the same"):
        combined("k", typed([one[0], one[0]]))


def test_another_passphrase_gives_another_key() -> None:
    material = bytes(range(32))
    words = split("k", material, 2, 3, "right", exponent=0)
    assert combined("k", typed(words[:2]), "wrong") != material


@settings(max_examples=10, deadline=None)
@given(material=MATERIAL)
def test_a_share_reads_back_from_its_page_and_from_its_bare_words(material: bytes) -> None:
    words = split("k", material, 2, 2, exponent=0)
    heading = Heading("area", "linkage", "0" * 32, 1, 2, 2, "head of records", "2026-03-01", passphrase=True)
    page = read_share("k", share_text(heading, words[0]).encode(), 1)
    assert page.words == words[0]
    assert (page.said["key"], page.said["share"]) == ("linkage", "1 of 2; 2 are needed")
    assert read_share("k", words[0].upper().encode(), 1).words == words[0]
    assert words[0].split()[0] not in repr(page)


@given(raw=st.binary(max_size=300))
def test_no_bytes_whatever_end_in_another_error(raw: bytes) -> None:
    try:
        shares = [read_share("k", raw, 1)]
    except KeyFileError:
        return
    with pytest.raises(KeyFileError):
        combined("k", shares)


@pytest.mark.parametrize(("threshold", "shares"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_numbers_that_protect_nobody_are_refused(threshold: int, shares: int) -> None:
    with pytest.raises(KeyFileError, match="2 <= threshold <= shares <= 16"):
        split("k", bytes(range(32)), threshold, shares, exponent=0)
