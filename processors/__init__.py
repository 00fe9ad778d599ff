"""What follows from a statement: admission, routing, the ledger, deadlines."""
