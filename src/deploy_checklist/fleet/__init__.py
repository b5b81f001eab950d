"""The reports of many repositories on one page: files → rows → one rendering."""
