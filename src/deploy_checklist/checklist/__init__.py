"""The Markdown document: its model, and the parser that builds it."""
