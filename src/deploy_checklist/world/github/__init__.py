"""GitHub, through the one module that imports PyGithub."""
