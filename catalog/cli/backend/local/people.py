"""Users, tokens and secrets of this machine's Catalog."""

from collections.abc import Callable

from catalog.cli.backend.local.here import Here
from catalog.cli.backend.protocol import Row
from catalog.models import ApiToken, db
from catalog.people import audit, invitations, tokens, users
from catalog.runtime import sealing

NAMES = ("id", "name", "prefix", "scope")
TIMES = ("created_at", "expires_at", "last_used_at", "revoked_at")


class People(Here):
    """The part of the Backend for users and tokens. It also encrypts secrets again, which only this machine can do."""

    def tokens(self, email: str) -> list[Row]:
        """The tokens of a user, or of all users."""
        return [_token(row) for row in tokens.listed(users.called(email).id if email else None)]

    def create_token(self, email: str, name: str, scope: str, days: int) -> str:
        """Create a token of a user."""
        return tokens.create(self.actor, users.called(email), name, scope, days)[1]

    def revoke_token(self, number: int) -> None:
        """Revoke a token of any user."""
        tokens.revoke(self.actor, number)

    def create_user(self, email: str, role: str, password: Callable[[], str]) -> Row:
        """Create a user who can sign in with this password."""
        if users.by_email(email):
            raise invitations.Taken
        user = users.create(self.actor, email, password(), role)
        return {"email": user.email, "role": user.role}

    def rotate_keys(self) -> sealing.Resealed:
        """Encrypt all secrets again with SECRET_KEY."""
        done = sealing.rotate()
        subject = f"secrets: {done.count}, unreadable: {len(done.unreadable)}"
        audit.write(self.actor, "keys rotated", subject, db.session)
        db.session.commit()
        return done


def _token(row: ApiToken) -> Row:
    """A token in the JSON of the API, with the address of its user."""
    moments = {name: getattr(row, name) for name in TIMES}
    told = {name: getattr(row, name) for name in NAMES} | {name: at and at.isoformat() for name, at in moments.items()}
    return told | {"email": row.user.email, "is_disabled": row.user.disabled_at is not None}
