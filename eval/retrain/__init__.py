"""The monthly loop: weak messages, topics nobody knew, labels, a candidate, gates, release."""
