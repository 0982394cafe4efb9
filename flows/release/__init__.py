"""A release: what it holds, how it becomes files, and who lets it out."""

from flows.release.contents import AttackFacts, Contents, LinkageFacts, Protected, PublishedTable

__all__ = ["AttackFacts", "Contents", "LinkageFacts", "Protected", "PublishedTable"]
