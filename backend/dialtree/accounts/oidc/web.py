"""The two addresses of the sign-in through the provider: there and back."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dialtree import clock
from dialtree.accounts.cookie import host_only, set_session_cookie
from dialtree.accounts.oidc import LOGIN
from dialtree.accounts.oidc.attempt import LASTING, START, Attempt, own_path
from dialtree.accounts.oidc.commands import sign_in_with
from dialtree.accounts.oidc.problems import Problem, SignInFailed
from dialtree.accounts.oidc.provider import CALLBACK, Provider
from dialtree.accounts.origin import Origin
from dialtree.language import preferred
from dialtree.refusals import Refused
from dialtree.settings import Settings
from dialtree.trunks.vault import Vault

log = logging.getLogger(__name__)

COOKIE = "dialtree_oidc"
_DENIED = ("access_denied", "login_required", "interaction_required", "consent_required")
_UNAVAILABLE = ("server_error", "temporarily_unavailable")


def routes(settings: Settings) -> list[Route]:
    sign_in = _SignIn(settings)
    return [Route(LOGIN, sign_in.begin), Route(CALLBACK, sign_in.end)]


class _SignIn:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._provider = Provider(settings)
        self._vault = Vault.of(settings)
        self._cookie = host_only(COOKIE, secure=settings.secure_cookie)

    async def begin(self, request: Request) -> Response:
        """Leads to the provider. ?return=: path of the app to come back to."""
        attempt = Attempt.begun(own_path(request.query_params.get("return")), clock.now())
        language = preferred(request.headers.get("accept-language"))
        try:
            url = await self._provider.authorization_url(attempt, language)
        except SignInFailed as failed:
            return _back_to_login(failed, attempt.return_to)
        response = _to(url)
        response.set_cookie(
            self._cookie,
            attempt.sealed(self._vault),
            max_age=int(LASTING.total_seconds()),
            httponly=True,
            # Lax: the provider's page leads back here, and has to bring it.
            samesite="lax",
            secure=self._settings.secure_cookie,
        )
        return response

    async def end(self, request: Request) -> Response:
        """Where the provider leads back to. The session cookie is Strict, so it does not come with
        the page that follows, but with everything which that page asks for: it is a static file."""
        sealed = request.cookies.get(self._cookie)
        attempt = Attempt.opened(sealed, self._vault) if sealed else None
        return_to = attempt.return_to if attempt else START
        try:
            response = _to(return_to)
            set_session_cookie(response, await self._secret(request, attempt), self._settings)
        except SignInFailed as failed:
            response = _back_to_login(failed, return_to)
        except Refused as refused:
            busy = SignInFailed(Problem.UNAVAILABLE, str(refused.refusal.code))
            response = _back_to_login(busy, return_to)
        response.delete_cookie(
            self._cookie, secure=self._settings.secure_cookie, httponly=True, samesite="lax"
        )
        return response

    async def _secret(self, request: Request, attempt: Attempt | None) -> str:
        """Of the new session. Raises SignInFailed."""
        answer = request.query_params
        if attempt is None or not attempt.expects(answer.get("state", ""), clock.now()):
            raise SignInFailed(Problem.EXPIRED, "no attempt of this browser")
        if error := answer.get("error"):
            raise SignInFailed(_problem_of(error), f"the provider says {error[:100]!r}")
        code = answer.get("code")
        if not code:
            raise SignInFailed(Problem.REJECTED, "the provider sent no code")
        identity = await self._provider.identity(attempt, code, answer.get("iss"))
        _principal, secret = await sign_in_with(
            identity,
            timedelta(days=self._settings.session_days),
            trust_email=self._settings.oidc_trust_email,
            origin=Origin.of(
                request.client.host if request.client else None, request.headers.get("user-agent")
            ),
        )
        return secret


def _problem_of(error: str) -> Problem:
    if error in _DENIED:
        return Problem.DENIED
    return Problem.UNAVAILABLE if error in _UNAVAILABLE else Problem.REJECTED


def _back_to_login(failed: SignInFailed, return_to: str) -> Response:
    log.warning("sign-in through the provider failed: %s", failed)
    query = {"problem": failed.problem.value}
    if return_to != START:
        query["return"] = return_to
    return _to(f"/login?{urlencode(query)}")


def _to(url: str) -> Response:
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
