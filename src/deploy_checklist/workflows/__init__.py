"""Workflow files as GitHub would run them, down to the words of a shell."""
