"""Engines that candidates are found on: Polars, DuckDB and Spark, and the folder that their shards lie in."""
