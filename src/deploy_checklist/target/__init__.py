"""What is gated: from the event, and from what GitHub says of it."""
