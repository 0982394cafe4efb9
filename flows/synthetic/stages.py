"""What a route through the bodies is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from config.event_words import Channel, Direction, EventType, Initiator

Mix = tuple[tuple[Channel, float], ...]
"""Channels and their shares."""

ASKS: Final[Mix] = ((Channel.PHONE, 0.5), (Channel.WEB, 0.24), (Channel.EMAIL, 0.12), (Channel.FACE_TO_FACE, 0.14))
WRITES: Final[Mix] = ((Channel.POST, 0.62), (Channel.EMAIL, 0.26), (Channel.TEXT, 0.12))
COMES: Final[Mix] = ((Channel.HOME_VISIT, 1.0),)
MEETS: Final[Mix] = ((Channel.FACE_TO_FACE, 1.0),)
WORKS: Final[Mix] = ((Channel.SYSTEM, 1.0),)

USUAL: Final[dict[EventType, tuple[Direction, Initiator, Mix]]] = {
    EventType.NEED: (Direction.INTERNAL, Initiator.THIRD_PARTY, WORKS),
    EventType.CONTACT: (Direction.INBOUND, Initiator.PERSON, ASKS),
    EventType.REQUEST: (Direction.INBOUND, Initiator.PERSON, ASKS),
    EventType.RESPONSE: (Direction.OUTBOUND, Initiator.BODY, ((Channel.PHONE, 0.6), (Channel.EMAIL, 0.4))),
    EventType.EVIDENCE_REQUEST: (Direction.OUTBOUND, Initiator.BODY, WRITES),
    EventType.EVIDENCE_RECEIVED: (
        Direction.INBOUND,
        Initiator.PERSON,
        ((Channel.FACE_TO_FACE, 0.35), (Channel.POST, 0.3), (Channel.WEB, 0.35)),
    ),
    EventType.REFERRAL: (Direction.INTERNAL, Initiator.BODY, WORKS),
    EventType.DECISION: (Direction.OUTBOUND, Initiator.BODY, WRITES),
    EventType.VISIT: (Direction.OUTBOUND, Initiator.BODY, COMES),
    EventType.DELIVERY: (Direction.OUTBOUND, Initiator.BODY, COMES),
    EventType.PAYMENT: (Direction.OUTBOUND, Initiator.BODY, WORKS),
    EventType.COMPLAINT: (Direction.INBOUND, Initiator.PERSON, ((Channel.PHONE, 0.4), (Channel.EMAIL, 0.6))),
    EventType.APPEAL: (Direction.INBOUND, Initiator.PERSON, ((Channel.POST, 0.5), (Channel.EMAIL, 0.5))),
    EventType.CLOSURE: (Direction.INTERNAL, Initiator.BODY, WORKS),
}
"""Direction, initiator and channels of an event whose stage says nothing else."""


@dataclass(frozen=True)
class Stage:
    """One step that a journey may take in one body.

    Attributes:
        body, service, step, event: of the event that the stage leaves.
        wait: usual days in which offices are open since the event before; 0 is the same moment.
        share: of the journeys that come here, beside `group`.
        group: stages of one group are taken together or not at all; the route says how often.
        again: chance that the stage is repeated, after another wait.
        chases: usual number of chasing contacts during the wait.
        silent: share of journeys that end here without a word and stay open.
        evidence: kind of evidence that is asked for or given.
        to_body: to whom a referral goes.
        due: days after which an answer is due.
        mix: channels, where they are not the usual ones.
        direction: where it is not the usual one.
        contractor: stands in the contractor's file, known to the day.
    """

    body: str
    service: str
    step: str
    event: EventType
    wait: float
    share: float = 1.0
    group: str = ""
    again: float = 0.0
    chases: float = 0.0
    silent: float = 0.0
    evidence: str = ""
    to_body: str = ""
    due: int = 0
    mix: Mix = ()
    direction: Direction | None = None
    contractor: bool = False


@dataclass(frozen=True)
class Route:
    """A kind of journey.

    Attributes:
        name: for readers of this package.
        rate: journeys per person in the whole time; an expression over the people, who also have one flag
            `in_<body>` per body.
        stages: in order.
        need: the need that starts it, noted on the first event.
        groups: group of stages to the share of journeys that take it.
        motives: health motives and their shares.
    """

    name: str
    rate: pl.Expr
    stages: tuple[Stage, ...]
    need: str = ""
    groups: Mapping[str, float] = field(default_factory=dict)
    motives: tuple[tuple[str, float], ...] = ()
