"""Written text to spoken words and back: pure functions, no model, no state."""
