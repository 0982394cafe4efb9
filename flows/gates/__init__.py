"""Great Expectations where the outside world hands over: at arrival and at release, over counts, never rows."""

from flows.gates.arrival import arrival
from flows.gates.departure import departure
from flows.gates.page import arrival_page, write_arrival_page
from flows.gates.suite import Check, Verdict

__all__ = ["Check", "Verdict", "arrival", "arrival_page", "departure", "write_arrival_page"]
