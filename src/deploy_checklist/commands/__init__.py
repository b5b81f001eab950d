"""What the commands other than `check` print."""
