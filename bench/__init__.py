"""The benchmark: `make bench`. What the figures mean is in README.md."""
