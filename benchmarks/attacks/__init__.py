"""Attacks on what a linkage unit holds, by somebody who has a list of people and no key."""
