"""The journey's steps between the two documents and the Report; `gate.py` puts them in a row."""
