"""A card or code becomes keyed hashes; the raw value is in no repr, message or log."""

from __future__ import annotations

import hashlib
import hmac
import logging
import traceback

import pytest

from hub.campus import BadIdentity, Booking, Identity, campus_hash

K = bytes(range(32))
D = bytes(range(32, 64))
CARD = "04A1B2C3D4E5F6"
CODE = "WHU7Q2X9"


def test_hashes_are_hmac_sha256_of_one_spelling() -> None:
    hashes = Identity(K, D).holder_hashes("card", "04:a1:b2:c3 d4-e5-f6")
    campus = hmac.new(K, f"card:{CARD}".encode(), hashlib.sha256).hexdigest()
    assert hashes.campus == campus == campus_hash(K, "card", CARD)
    assert hashes.day == hmac.new(D, campus.encode(), hashlib.sha256).hexdigest()


def test_a_booking_s_holder_and_the_card_meet_in_the_journal() -> None:
    identity = Identity(K, D)
    from_booking = identity.day_hash(campus_hash(K, "card", CARD))
    assert from_booking == identity.holder_hashes("card", CARD).day


def test_a_new_day_unlinks_what_was_journalled() -> None:
    identity = Identity(K, D)
    before = identity.holder_hashes("card", CARD)
    identity.new_day(bytes(32))
    after = identity.holder_hashes("card", CARD)
    assert before.campus == after.campus
    assert before.day != after.day


def test_a_code_that_looks_like_a_card_is_not_that_card() -> None:
    assert campus_hash(K, "card", "04A1B2C3") != campus_hash(K, "code", "04A1B2C3")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("card", ""),
        ("card", "04A1B2C"),
        ("card", "04A1B2C3D"),
        ("card", "04A1B2CG"),
        ("card", "0" * 1000),
        ("code", "AB"),
        ("code", "预约码一二三四"),
        ("code", "٠١٢٣٤"),
        ("id-number", "42010619900101123"),
        ("none", "04A1B2C3"),
        ("face", "04A1B2C3"),
    ],
)
def test_what_is_no_identity_is_a_named_error_without_the_value(kind: str, raw: str) -> None:
    with pytest.raises(BadIdentity) as caught:
        Identity(K, D).holder_hashes(kind, raw)
    shown = "".join(traceback.format_exception(caught.value, chain=True)[-1:])
    assert not raw or raw not in shown
    assert "face" not in str(caught.value)


def test_no_repr_shows_identities_keys_or_hashes(caplog: pytest.LogCaptureFixture) -> None:
    identity = Identity(K, D)
    hashes = identity.holder_hashes("card", CARD)
    booking = Booking("b-1", "seal", 0, (hashes.campus,))
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("%r %r %r %s", identity, hashes, booking, hashes)
    secrets = (CARD, CODE, hashes.campus, hashes.day, K.hex(), D.hex())
    assert not [secret for secret in secrets if secret in caplog.text]


def test_a_card_has_an_alias_that_a_machine_without_a_hub_can_lead_to() -> None:
    identity = Identity(K, D)
    key = identity.lease_key()
    assert key == hmac.new(D, b"lease", hashlib.sha256).digest()[:16]
    named = hmac.new(key, f"card:{CARD}".encode(), hashlib.sha256).digest()[:16].hex()
    alias = hmac.new(D, f"offline:{named}".encode(), hashlib.sha256).hexdigest()
    assert identity.alias("card", "04:a1:b2:c3:d4:e5:f6") == identity.offline_hash(named) == alias
    identity.new_day(bytes(32))
    assert identity.lease_key() != key and identity.alias("card", CARD) != alias
