"""The ports, and what implements them here: the only code that opens sockets and users' files."""
