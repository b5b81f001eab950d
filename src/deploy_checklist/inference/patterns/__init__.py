"""The closed sentence forms, one file for each family, and what is understood of other sentences."""
