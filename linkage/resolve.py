"""From scored pairs to persons over all bodies at once, at most one client of each body that says so."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.candidates import Ints
from linkage.estimate import Floats

DIGITS = 6
"""Bits that agree to this many decimals are a tie: sums in another order differ in the last digits."""


@dataclass(frozen=True)
class Resolved:
    """Who is whom.

    Attributes:
        person: shape (clients,), the smallest client number among a client's person.
        disputed: links that would have put two clients of one body into one person, and were not made.
        contested: groups of clients in which that happened.
    """

    person: Ints
    disputed: int
    contested: int


def resolve(left: Ints, right: Ints, bits: Floats, client_body: Ints, unique: NDArray[np.bool_]) -> Resolved:
    """Unite clients in order of `bits`, under the rule that a person has one client per unique body.

    Links that tie are made together or, where together they would break the rule, not at all. Groups that
    keep the rule as a whole are united without regard to order.

    Args:
        left: client numbers of the pairs to link; each pair once.
        right: their partners, each larger.
        bits: log2 of the odds.
        client_body: shape (clients,).
        unique: shape (bodies,).
    """
    person = np.arange(client_body.size)
    simple = _alone(left, right, client_body, unique)
    person[right[simple]] = left[simple]
    rest = np.flatnonzero(~simple)
    # Only the clients of groups larger than two go on, under numbers of their own.
    concerned = np.zeros(client_body.size, dtype=np.bool_)
    concerned[left[rest]] = concerned[right[rest]] = True
    client = np.flatnonzero(concerned)
    number = np.cumsum(concerned) - 1
    united, disputed, contested = _grouped(
        number[left[rest]], number[right[rest]], bits[rest], client_body[client], unique
    )
    person[client] = client[united]
    return Resolved(person=person, disputed=disputed, contested=contested)


def _alone(left: Ints, right: Ints, client_body: Ints, unique: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which links are the only one of both their clients, and keep the rule: most are."""
    degree = np.bincount(left, minlength=client_body.size) + np.bincount(right, minlength=client_body.size)
    body = client_body[left]
    one_body = (body == client_body[right]) & unique[body]
    alone: NDArray[np.bool_] = (degree[left] == 1) & (degree[right] == 1) & ~one_body
    return alone


def _grouped(
    left: Ints, right: Ints, bits: Floats, client_body: Ints, unique: NDArray[np.bool_]
) -> tuple[Ints, int, int]:
    """Unite groups of any size; gives the smallest client of each person, links refused and groups contested."""
    clients = client_body.size
    group = _components(left, right, clients)
    guarded = unique[client_body]
    slots = group * unique.size + client_body
    _, slot = np.unique(slots, return_inverse=True)
    repeated = np.bincount(slot[guarded], minlength=int(slot.max(initial=-1)) + 1)[slot] > 1
    broken = np.zeros(clients, dtype=np.bool_)
    broken[group[repeated & guarded]] = True
    person = _smallest(group)
    apart = broken[group]
    person[apart] = np.flatnonzero(apart)
    edges = np.flatnonzero(apart[left])
    edges = edges[np.argsort(group[left[edges]], kind="stable")]
    disputed = 0
    ordered = zip(
        group[left[edges]].tolist(),
        np.round(bits[edges], DIGITS).tolist(),
        left[edges].tolist(),
        right[edges].tolist(),
        strict=True,
    )
    body_of = dict(
        zip(np.flatnonzero(apart).tolist(), np.where(guarded, client_body, -1)[apart].tolist(), strict=True)
    )
    for _, links in groupby(ordered, key=lambda link: link[0]):
        united, refused = _unite([(weight, one, other) for _, weight, one, other in links], body_of)
        disputed += refused
        for members in united:
            person[members] = min(members)
    return person, disputed, int(broken.sum())


def _components(left: Ints, right: Ints, clients: int) -> Ints:
    """Connected group of each client."""
    graph = coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(clients, clients))
    return connected_components(graph, directed=False)[1].astype(np.int64) if clients else np.empty(0, np.int64)


def _smallest(group: Ints) -> Ints:
    """The smallest client number of each client's group."""
    first = np.full(int(group.max(initial=-1)) + 1, group.size, dtype=np.int64)
    first[group[::-1]] = np.arange(group.size)[::-1]
    return first[group]


def _unite(links: list[tuple[float, int, int]], body_of: dict[int, int]) -> tuple[list[list[int]], int]:
    """Unite the clients of one contested group.

    Returns:
        The persons with more than one client, and the number of links refused.
    """
    home = {client: client for _, one, other in links for client in (one, other)}
    members = {client: [client] for client in home}
    refused = 0
    links.sort(key=lambda link: -link[0])
    for _, tied in groupby(links, key=lambda link: link[0]):
        for cluster, count in _joined([(home[one], home[other]) for _, one, other in tied]):
            everyone = sorted(client for part in cluster for client in members[part])
            bodies = [body_of[client] for client in everyone if body_of[client] >= 0]
            if len(set(bodies)) < len(bodies):
                refused += count
                continue
            for part in cluster:
                del members[part]
            members[everyone[0]] = everyone
            home.update(dict.fromkeys(everyone, everyone[0]))
    return [each for each in members.values() if len(each) > 1], refused


def _joined(links: list[tuple[int, int]]) -> list[tuple[set[int], int]]:
    """Sets of clusters that some links join, each with the number of those links."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for one, other in links:
        if one != other:
            neighbours[one].append(other)
            neighbours[other].append(one)
    joined = []
    seen: set[int] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        cluster, waiting, ends = {start}, [start], 0
        while waiting:
            for other in neighbours[waiting.pop()]:
                ends += 1
                if other not in cluster:
                    cluster.add(other)
                    waiting.append(other)
        seen |= cluster
        joined.append((cluster, ends // 2))
    return joined
