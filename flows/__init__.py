"""The imperative shell: reads, calls the core, writes, logs. The only room with a clock, a disk and a scheduler."""
