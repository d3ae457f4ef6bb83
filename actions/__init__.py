"""What the bot can do: actions over billing, outage, profile and ticket back ends, and verification."""
