"""The report: one self-contained page made from a release's published tables and facts."""

from flows.report.page import render, render_page

__all__ = ["render", "render_page"]
