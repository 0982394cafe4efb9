"""The imperative shell: reads, calls the core, writes, logs. The only room with a clock, disk and scheduler."""
