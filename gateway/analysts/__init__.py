"""Released statistics for everybody: pages with charts, open data, an interface for programs."""
