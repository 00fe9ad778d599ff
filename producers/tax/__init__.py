"""個人住民税: what business 010 states, inside its municipality only."""
