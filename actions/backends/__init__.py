"""Billing, outage, profile, ticket and SMS systems: protocols, values, and two implementations (SQL and HTTP)."""
