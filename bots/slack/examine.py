"""Looking at the Slack app and its channels as they are (Slack の今): everything that `slack doctor` judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bots.settings import SlackSettings
from bots.slack import post
from bots.slack.outcome import Failure, ask
from bots.slack.quiet import quiet
from bots.slack.roster import Kind, kind_of, members_of


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as it was found: `state` is `post.Channel`, `Held` or a failure; members by kind."""

    name: str
    id: str
    state: post.Channel | post.Held | Failure
    members: tuple[tuple[str, Kind], ...] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The app as it was found. `error` is Slack's code for a token of no use; `way` is "" when Slack reaches us."""

    error: str = ""
    team_id: str = ""
    team: str = ""
    scopes: frozenset[str] | None = None
    places: tuple[Place, ...] = ()
    way: str = ""


def look(slack: SlackSettings, public_url: str, tenant: str) -> Seen:
    """Everything that can be asked of Slack, and whether it reaches us. A refused token ends it."""
    client = post.make_client(slack.bot_token.get_secret_value(), slack.api_base)
    who = ask(client.auth_test)
    if not isinstance(who, dict):
        return Seen(error=getattr(who, "code", "rate_limited"))
    team_id = str(who.get("team_id") or "")
    return Seen(
        team_id=team_id,
        team=str(who.get("team") or ""),
        scopes=_scopes(client),
        places=tuple(_place(client, slack.team_id, name, channel) for name, channel in _channels(slack)),
        way=_socket(slack) if slack.mode == "socket" else _reached(public_url, tenant),
    )


def _channels(slack: SlackSettings) -> Iterator[tuple[str, str]]:
    """Each channel once, with the name under which it is set."""
    seen: set[str] = set()
    for name, channel in (("はじめのチャンネル", slack.channel), *slack.channels.items()):
        if channel not in seen:
            seen.add(channel)
            yield name, channel


def _place(client: WebClient, team_id: str, name: str, channel: str) -> Place:
    state = post.check_channel(client, channel)
    if not isinstance(state, post.Channel):
        return Place(name, channel, state)
    members = members_of(client, channel)
    if not isinstance(members, frozenset):
        return Place(name, channel, state)
    return Place(name, channel, state, tuple((user, kind_of(client, team_id, user)) for user in sorted(members)))


def _scopes(client: WebClient) -> frozenset[str] | None:
    try:
        headers = client.auth_test().headers
    except (SlackApiError, OSError):
        return None
    given = next((str(value) for name, value in headers.items() if str(name).lower() == "x-oauth-scopes"), "")
    found = frozenset(scope.strip() for scope in given.split(",") if scope.strip())
    return found or None


def _socket(slack: SlackSettings) -> str:
    token = slack.app_token.get_secret_value() if slack.app_token else ""
    client = WebClient(base_url=slack.api_base, timeout=post.TIMEOUT_S, retry_handlers=[], logger=quiet())
    found = ask(lambda: client.apps_connections_open(app_token=token))
    return "" if isinstance(found, dict) else getattr(found, "code", "429")


def _reached(public_url: str, tenant: str) -> str:
    """Whether the address answers as ours does: an unsigned request is refused (401). "" when it does."""
    url = f"{public_url.rstrip('/')}/slack/{tenant}"
    if not url.startswith(("https://", "http://")):
        return "address"
    request = Request(url, data=b"{}", headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=post.TIMEOUT_S) as answer:  # noqa: S310
            return str(answer.status)
    except URLError as error:
        code = getattr(error, "code", None)
        return "" if code == 401 else str(code or type(error.reason).__name__)
    except (OSError, ValueError) as error:
        return type(error).__name__
