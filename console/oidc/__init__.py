"""Log-in through the utility's own identity provider (OpenID Connect): authorization code with PKCE."""
