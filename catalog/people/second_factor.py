"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import base64
import hashlib
import secrets
import time

import pyotp
from flask import current_app
from sqlalchemy import delete, func, select, update

from catalog.models import SECOND_FACTORS, RecoveryCode, User, db
from catalog.people import audit
from catalog.people.actors import Actor
from catalog.runtime import Settings, sealing

PURPOSE = SECOND_FACTORS
STEP_SECONDS = 30
DRIFT = 1  # steps that a clock may be off
RECOVERY_CODES, RECOVERY_BYTES = 10, 15


def is_required(role: str) -> bool:
    """Whether users with this role must have a second factor (CATALOG_SECOND_FACTOR)."""
    settings: Settings = current_app.config["SETTINGS"]
    wanted = settings.second_factor
    return wanted == "all" or (wanted == "admins" and role == "admin")


def is_missing(user: User) -> bool:
    """Whether this user needs a second factor and has none. Until then, they and their tokens may do nothing else."""
    return is_required(user.role) and user.totp_secret is None


def new_secret() -> str:
    """A new secret in the form for authenticator apps."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """The secret as `otpauth://`, for the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Catalog")


def picture(uri: str) -> str:
    """The URI as a QR code: an SVG in a data URI."""
    import segno  # here, because most processes draw none

    return segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="white")


def seal(secret: str) -> str:
    """The encrypted secret, for a cookie or the database."""
    return sealing.encrypt(secret, sealing.keys(), PURPOSE)


def unseal(sealed: str) -> str:
    """The secret itself. Raises sealing.Unreadable."""
    return sealing.decrypt(sealed, sealing.keys(), PURPOSE)


def fits(secret: str, code: str) -> bool:
    """Whether this is a code of the app that has the secret."""
    return _step_of(secret, code, newer_than=0) is not None


def turn_on(actor: Actor, user: User, secret: str, code: str) -> list[str]:
    """Turn the second factor on. Returns the recovery codes, once; empty if the code is wrong."""
    step = _step_of(secret, code, newer_than=0)
    if step is None:
        return []
    user.totp_secret, user.totp_step = seal(secret), step
    return _new_recovery_codes(actor, user, "factor on")


def renew_recovery_codes(actor: Actor, user: User) -> list[str]:
    """New recovery codes, shown once; the old ones stop working."""
    return _new_recovery_codes(actor, user, "recovery codes")


def recovery_codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    query = select(func.count()).where(RecoveryCode.user_id == user.id)
    return db.session.scalar(query) or 0


def check(user: User, code: str) -> str:
    """`code` or `recovery code`, if it is valid for this user and unused; else empty."""
    if _use_code(user, code):
        return "code"
    return "recovery code" if _use_recovery_code(user, code) else ""


def _use_code(user: User, code: str) -> bool:
    try:
        secret = unseal(user.totp_secret or "")
    except sealing.Unreadable:
        return False
    step = _step_of(secret, code, newer_than=user.totp_step)
    if step is None:
        return False
    query = update(User).where(User.id == user.id, User.totp_step < step)
    used = db.session.scalars(query.values(totp_step=step).returning(User.id)).all()
    db.session.commit()
    return bool(used)


def _step_of(secret: str, code: str, newer_than: int) -> int | None:
    """The time step of a code, among the accepted ones."""
    code, totp = "".join(code.split()), pyotp.TOTP(secret)
    now = int(time.time()) // STEP_SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        right = totp.generate_otp(step).encode()
        same = secrets.compare_digest(right, code.encode(errors="replace"))
        if same and step > newer_than:
            return step
    return None


def _use_recovery_code(user: User, code: str) -> bool:
    query = delete(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _digest(code))
    used = db.session.scalars(query.returning(RecoveryCode.id)).all()
    db.session.commit()
    return bool(used)


def _new_recovery_codes(actor: Actor, user: User, action: str) -> list[str]:
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_digest(code)) for code in codes)
    audit.write(actor, action, "", db.session)
    db.session.commit()
    return codes


def _new_recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _digest(code: str) -> str:
    plain = code.replace("-", "").replace(" ", "").strip().lower()
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()
