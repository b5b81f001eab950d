"""What an item's own words state: Rules where there is no rules file, and the file that `init`
writes.
"""
