"""GitHub, as the gate asks it. The only package that imports PyGithub."""
