"""The only place that opens a socket or a file of the user: ports, and one implementation of each."""
