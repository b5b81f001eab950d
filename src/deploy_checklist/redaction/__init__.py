"""No secret leaves the process: what is hidden, how it is found, and which words need no hiding."""
