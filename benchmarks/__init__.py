"""Benchmarks: `python -m benchmarks` runs each module here in a process of its own and prints one table.

Each also runs alone: `python -m benchmarks.pairs`. Figures are written to `benchmarks/out/NAME.json`.
"""
