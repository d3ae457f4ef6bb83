"""What each item of the rubric looks at; every checker takes a `Hearing` and returns a `Finding`."""
