"""Articles and tariffs: answers with a source, or an honest "not known"."""
