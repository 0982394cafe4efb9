"""What may be said of a notification: of what, by which way, and whether it went."""

from config.notifications import Event
from config.terms import Action
from flows.audit.facts import Facts
from flows.audit.words import Channel, Outcome


def notified(*, event: Event, channel: Channel, sent: bool) -> Facts:
    """Somebody was told, or could not be."""
    outcome = Outcome.SENT if sent else Outcome.FAILED
    return Facts(Action.NOTIFIED, {"event": event, "channel": channel, "outcome": outcome})
