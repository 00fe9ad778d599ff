"""What all long-running processes share: a journal, timers, and one transaction for each batch."""
