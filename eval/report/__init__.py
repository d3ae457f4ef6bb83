"""Reports over held conversations: volume, containment, resolution, satisfaction, quality, what went unanswered."""
