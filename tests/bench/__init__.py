"""Measurements: ratios against a reference in the same run, because the machines are shared and noisy.

`make bench` runs them all and writes docs/benchmarks.md.
"""
