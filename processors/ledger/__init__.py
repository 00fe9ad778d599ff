"""The ledger: what every sink has receipted, and what it left out; reconciled against what the log says is due."""
