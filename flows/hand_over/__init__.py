"""Bundles from party to party: signed with the sender's key, sealed to the receiver's, taken over once."""
