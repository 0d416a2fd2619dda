"""Benchmarks: each compares a hot path with what one would use instead, in one run, and with the floor."""
