"""Rules from an item's own words, for a run without a rules file and for the file of `init`."""
