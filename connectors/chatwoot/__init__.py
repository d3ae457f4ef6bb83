"""The door to Chatwoot: its inboxes bring the customers, its agents take over, the bot answers in between."""
