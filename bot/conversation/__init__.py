"""Step 5: an Incoming and what is remembered of the person become replies and new memory; pure, no I/O."""
