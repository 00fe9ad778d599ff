"""The local stack: a real Kafka and a real PostgreSQL, provisioned for the register, and the bus's processes."""
