"""The closed sentence forms by family, and what is understood of other sentences."""
