"""The development provider as a process of the local stack, and whom it offers."""
