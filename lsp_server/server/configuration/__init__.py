"""What a client has set, and what it may do."""
