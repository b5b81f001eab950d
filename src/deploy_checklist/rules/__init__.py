"""The rules file: its model, loader, binding to the document, and drift between the two."""
