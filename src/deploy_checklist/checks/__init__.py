"""One file per kind of check. The registry is this folder (see `registry.kinds`)."""
