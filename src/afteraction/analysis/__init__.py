"""Pure functions from tables to results: no input or output, no clock, no global random state."""
