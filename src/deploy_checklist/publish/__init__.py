"""Where a Report goes: each publisher takes one Report and writes to one place."""
