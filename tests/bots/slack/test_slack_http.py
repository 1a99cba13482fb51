"""The signature check against Slack's published example and against everything that makes Bolt answer 500."""

from __future__ import annotations

import pytest

from bots.slack.http import BadSignature, sign, verify

# https://docs.slack.dev/authentication/verifying-requests-from-slack
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = 1531420618
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
    b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url="
    b"https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
    b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def headers(stamp: str = str(STAMP), signature: str = SIGNATURE) -> dict[str, str]:
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def test_published_vector() -> None:
    assert sign(BODY, str(STAMP), SECRET) == SIGNATURE
    verify(BODY, headers(), SECRET, STAMP)


def test_header_names_in_any_case() -> None:
    verify(BODY, {name.lower(): value for name, value in headers().items()}, SECRET, STAMP)
    verify(BODY, {name.upper(): value for name, value in headers().items()}, SECRET, STAMP)


@pytest.mark.parametrize("shift", [-300, 0, 300])
def test_within_five_minutes(shift: int) -> None:
    verify(BODY, headers(), SECRET, STAMP + shift)


@pytest.mark.parametrize("shift", [-301, 301, 10**9])
def test_outside_five_minutes(shift: int) -> None:
    with pytest.raises(BadSignature):
        verify(BODY, headers(), SECRET, STAMP + shift)


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"X-Slack-Signature": SIGNATURE},
        {"X-Slack-Request-Timestamp": str(STAMP)},
        headers(stamp="abc"),
        headers(stamp=""),
        headers(stamp="-5"),
        headers(stamp="１５３１４２０６１８"),
        headers(stamp="1531420618.5"),
        headers(stamp="9" * 400),
        headers(stamp="NaN"),
        headers(signature="v0=é" + SIGNATURE[5:]),
        headers(signature="v1" + SIGNATURE[2:]),
        headers(signature=SIGNATURE.upper()),
        headers(signature=SIGNATURE[:-1]),
        headers(signature=SIGNATURE + "\n"),
        headers(signature=""),
        headers(signature="v0=" + "0" * 64),
    ],
)
def test_malformed_or_wrong(bad: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(BODY, bad, SECRET, STAMP)


def test_another_body_or_secret() -> None:
    with pytest.raises(BadSignature):
        verify(BODY + b"x", headers(), SECRET, STAMP)
    with pytest.raises(BadSignature):
        verify(BODY, headers(), "other", STAMP)


def test_an_empty_secret_verifies_nothing() -> None:
    with pytest.raises(BadSignature):
        verify(BODY, headers(signature=sign(BODY, str(STAMP), "")), "", STAMP)
