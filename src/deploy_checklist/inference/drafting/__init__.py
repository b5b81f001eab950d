"""What `init` proposes beyond an item's own checks: rules, questions, and lines to uncomment."""
