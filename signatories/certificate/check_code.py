"""The code on a certificate that nobody can invent: with the reference it shows that the register made it."""

import hmac
import re
from datetime import UTC

from django.conf import settings
from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: without I, L, O and U
LENGTH = 10  # of 5 bits each
READ_AS = str.maketrans("OIL", "011")


def check_code(signature):
    """The code of a published signature, like "7QXP2-K9D4M": the same for as long as the key is."""
    return _code(signature, settings.SECRET_KEY)


def is_code_of(code, signature):
    """Whether that is a code of this signature, made with the key of today or one of those before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_code(signature, key), code) for key in keys)


def read_code(text):
    """A typed code in its one right form, whatever its case, spaces, O for 0; None when it cannot be one."""
    letters = re.sub(r"[\s\-‐-―]", "", text.upper()).translate(READ_AS)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return _grouped(letters)


def _code(signature, key):
    # Only what never changes of a published document: names, texts and dates may be corrected or erased.
    published_on = signature.published_at.astimezone(UTC).date()
    signed = f"{signature.reference}\n{signature.declaration.version}\n{published_on}"
    digest = salted_hmac("certificate check code", signed, secret=key, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    return _grouped("".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH)))


def _grouped(letters):
    return f"{letters[:5]}-{letters[5:]}"
