"""Bench: speed and recall of the check, measured against simpler engines in one run; quote ratios, not single times."""
