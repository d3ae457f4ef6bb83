"""Quality scoring: any conversation, of the bot or of a person, against a rubric that is data."""
