"""One outbox for all channels: what is to be said is written first and sent afterwards, in order, until it is sent."""
