"""What ``make bench`` measures, and against what; README.md tells how to read it."""
