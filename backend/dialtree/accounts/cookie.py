"""The cookie that carries a session."""

from starlette.responses import Response

from dialtree.settings import Settings

SESSION_COOKIE = "dialtree_session"


def host_only(name: str, *, secure: bool) -> str:
    """The cookie's name. Browsers take one of `__Host-` only by HTTPS and from this very host, so
    that nobody beside it can plant another one."""
    return f"__Host-{name}" if secure else name


def session_cookie(*, secure: bool) -> str:
    return host_only(SESSION_COOKIE, secure=secure)


def set_session_cookie(response: Response, secret: str, settings: Settings) -> None:
    response.set_cookie(
        session_cookie(secure=settings.secure_cookie),
        secret,
        max_age=settings.session_days * 24 * 60 * 60,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookie,
    )


def delete_session_cookie(response: Response, settings: Settings) -> None:
    secure = settings.secure_cookie
    response.delete_cookie(
        session_cookie(secure=secure), secure=secure, httponly=True, samesite="strict"
    )
