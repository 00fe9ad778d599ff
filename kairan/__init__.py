"""The kernel: identifiers, dates, the contract on the wire, topics, keys and the three loops."""
