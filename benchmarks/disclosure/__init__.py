"""Cells lost, time and what the attack finds, of our protection and of others', on the same tables."""
