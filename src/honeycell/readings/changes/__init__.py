"""Change points and trend of relationships, the season taken out (science.md 3)."""
