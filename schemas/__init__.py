"""The contract, as data: the current shapes and every shape ever released."""
