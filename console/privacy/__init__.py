"""Persons' own data: how long everything is kept, what one person asked for, and deleting for good."""
