"""The steps from the two documents to the Report; `gate.py` puts them in a row."""
