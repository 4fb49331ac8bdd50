"""Signing in at the company's own OpenID Connect provider: authorization code flow with PKCE."""
