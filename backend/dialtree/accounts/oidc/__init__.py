"""Signing in at the company's own OpenID Connect provider: authorization code flow with PKCE.

What it takes is loaded only where a provider is set: the libraries need a tenth of a process's
memory.
"""

from starlette.routing import Route

from dialtree.settings import Settings

LOGIN = "/oidc/login"
"""Where the sign-in page leads to."""


def oidc_routes(settings: Settings) -> list[Route]:
    if settings.oidc_issuer is None:
        return []
    from dialtree.accounts.oidc import web  # noqa: PLC0415 - see above

    return web.routes(settings)
