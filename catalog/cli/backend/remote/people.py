"""Users of another Catalog, and the tokens of the user of CATALOG_TOKEN."""

from collections.abc import Callable

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Row
from catalog.cli.backend.remote.http import Server


class People:
    """Users and tokens."""

    _server: Server

    def create_user(self, email: str, role: str, password: Callable[[], str]) -> Row:
        """Invite a user. A token never sets a password: the user chooses one with the link."""
        return self._server.ask("POST", "/users", {"email": email, "role": role or "viewer"})

    def tokens(self, email: str) -> list[Row]:
        """The tokens of the token's user."""
        mine = self._mine(email)
        found: list[Row] = self._server.ask("GET", "/tokens")["tokens"]
        return [row | {"email": mine, "is_disabled": False} for row in found]

    def create_token(self, email: str, name: str, scope: str, days: int) -> str:
        """Create a token of the token's user."""
        self._mine(email)
        return str(self._server.ask("POST", "/tokens", {"name": name, "scope": scope, "days": days})["token"])

    def revoke_token(self, number: int) -> None:
        """Revoke a token of the token's user."""
        self._server.ask("DELETE", f"/tokens/{number}")

    def _mine(self, email: str) -> str:
        """The address of the token's user. Raises Failure if `email` is another user's."""
        mine = str(self._server.ask("GET", "/account")["email"])
        if email and email.strip().lower() != mine.lower():
            raise Failure(f"With CATALOG_URL you manage only your own tokens, those of {mine}.", "forbidden")
        return mine
