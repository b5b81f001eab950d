"""The two composition roots: only here do clock, variables, files and GitHub become real."""
