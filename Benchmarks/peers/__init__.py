"""The servers that the benchmark compares, each with its own signalling."""
