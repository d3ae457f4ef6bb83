"""The installation itself: keys, terms of keeping, health. No customer's words."""
