"""What commands need, imported once and for all: nothing here may start a thread."""
# ruff: noqa: E402

import os
import sys

from flows.hardening import SILENT

os.environ.update(SILENT)
# PySpark, which Great Expectations looks for, ends a process whose main module is no file.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)

import great_expectations  # noqa: F401

import flows.__main__
import flows.inspect_log
import flows.sign_off
import flows.zones.body
import flows.zones.extract
import flows.zones.in_flight  # noqa: F401
