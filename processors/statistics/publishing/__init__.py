"""What leaves of statistics, and what is hidden in it so that no person can be seen."""
