"""Editing articles: versions and states in a database, checks before publishing, import and export."""
