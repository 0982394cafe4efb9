"""Which pairs share a token."""

from collections.abc import Mapping, Sequence

from linkage.bundles import BodyTokens, side_by_side
from linkage.candidates import candidates
from linkage.engine import InMemory
from tests.support.token_bundles import bundle

ONE = {"t": ("first_name.exact", "dob.exact")}
TWO = {**ONE, "v": ("last_name.exact", "dob.exact")}


def body(name: str, tokens: Mapping[str, Sequence[str | None]], **options: object) -> BodyTokens:
    return bundle(name, tokens, composites=TWO if len(tokens) > 1 else ONE, **options)  # type: ignore[arg-type]


def pairs(
    *bodies: BodyTokens, most: int = 1_000, refused: Sequence[tuple[str, str]] = ()
) -> tuple[set[tuple[str, str]], int]:
    records = side_by_side(bodies)
    found = candidates(records, InMemory(), most_pairs_per_token=most, refused=refused)
    ids = records.client_id.gather(records.row_client).to_list()
    return {(ids[one], ids[other]) for one, other in zip(found.left, found.right, strict=True)}, sum(
        found.left_out.values()
    )


def test_clients_of_two_bodies_that_share_a_token_are_a_pair() -> None:
    found, _ = pairs(body("a", {"t": ["x", "y"]}), body("b", {"t": ["y", "z", "y"]}))
    assert found == {("a2", "b1"), ("a2", "b3")}


def test_clients_of_one_body_are_no_pair_where_its_clients_are_unique() -> None:
    assert pairs(body("a", {"t": ["x", "x"]}))[0] == set()


def test_clients_of_one_body_are_pairs_where_they_need_not_be_unique() -> None:
    found, _ = pairs(body("a", {"t": ["x", "x", "x"]}, unique=False), body("b", {"t": ["x"]}))
    assert found == {("a1", "a2"), ("a1", "a3"), ("a2", "a3"), ("a1", "b1"), ("a2", "b1"), ("a3", "b1")}


def test_a_client_is_no_pair_with_itself() -> None:
    several = body("a", {"t": ["x", "x"], "v": ["p", "q"]}, ids=["a1", "a1"], rows=[0, 1], unique=False)
    assert pairs(several)[0] == set()


def test_missing_tokens_are_not_equal() -> None:
    assert pairs(body("a", {"t": [None, None]}), body("b", {"t": [None]}))[0] == set()


def test_a_pair_that_shares_several_tokens_is_found_once() -> None:
    one, other = body("a", {"t": ["x"], "v": ["p"]}), body("b", {"t": ["x"], "v": ["p"]})
    found = candidates(side_by_side([one, other]), InMemory(), most_pairs_per_token=100)
    assert found.left.tolist() == [0]


def test_a_token_that_too_many_share_gives_none_and_is_counted() -> None:
    crowd = {"t": ["x"] * 10, "v": [f"p{number}" for number in range(10)]}
    found, left_out = pairs(body("a", crowd), body("b", crowd), most=99)
    assert left_out == 100
    assert found == {(f"a{number}", f"b{number}") for number in range(1, 11)}


def test_refused_bodies_are_never_paired_directly() -> None:
    three = [body(name, {"t": ["x"]}) for name in "abc"]
    assert pairs(*three, refused=[("c", "a"), ("a", "nobody")])[0] == {("a1", "b1"), ("b1", "c1")}


def test_empty_bodies_give_no_pairs() -> None:
    assert pairs(body("a", {"t": []}), body("b", {"t": ["x"]}))[0] == set()
