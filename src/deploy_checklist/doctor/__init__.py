"""Whether the gate is in force: what on GitHub keeps a release behind its status."""
