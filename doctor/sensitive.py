"""Which columns are never proposed: secrets, what identifies a person, and free text that may be about people."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Parts of a name that give it away wherever they stand, and words that do so on their own.
_SECRET = _set(
    "password passwd passphrase passwort kennwort contrasena mot_de_passe secret token credential api_key apikey "
    "private_key privatekey access_key auth_key signature"
)
_SECRET_WORDS = _set("pw pwd pass psw salt hash otp totp pin cookie session sid jwt mfa 2fa captcha cvv cvc")
_PERSON = _set(
    "name mail phone mobile birth passport iban social_security geburt telefon nachname vorname adresse address avatar "
    "photo nombre correo"
)
_PERSON_WORDS = _set(
    "nom prenom login alias ssn street zip postcode city lat lon latitude longitude ip gender sex religion nationality "
    "salary wage title"
)
_FREE_TEXT_WORDS = _set(
    "description comment comments note notes remark remarks memo message body text subject reason feedback "
    "beschreibung kommentar bemerkung"
)
_PEOPLE_AS_TEXT = _set("user author owner person employee manager approver who")
TEXT_TYPES = frozenset(
    {"text", "character varying", "character", "varchar", "char", "tinytext", "mediumtext", "longtext", "name"}
)


def why_left_out(name: str, data_type: str) -> str | None:
    """Why a column is not proposed; None when it may be."""
    flat, words = _words(name)
    is_text = data_type in TEXT_TYPES or data_type == "USER-DEFINED"
    if any(part in flat for part in _SECRET) or words & _SECRET_WORDS:
        return "may be a secret"
    if any(part in flat for part in _PERSON) or (words & _PERSON_WORDS):
        return "may identify a person"
    if is_text and words & _PEOPLE_AS_TEXT:
        return "may name a person"
    if is_text and words & _FREE_TEXT_WORDS:
        return "free text"
    return None


def looks_secret(name: str) -> bool:
    """Whether the values of a column of this name are secrets."""
    flat, words = _words(name)
    return any(part in flat for part in _SECRET) or bool(words & _SECRET_WORDS)


def snake_case(name: str) -> str:
    """`lastLoginIP` as `last_login_ip`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[\W_]+", "_", apart.lower()).strip("_")


def _words(name: str) -> tuple[str, set[str]]:
    flat = snake_case(name)
    return flat, set(flat.split("_"))
