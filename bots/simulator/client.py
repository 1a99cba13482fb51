"""A client of the control API, for tests, journeys and the demo's self-check."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from bots.simulator.control_slack import DEFAULT_STAFF

Json = dict[str, Any]
Found = TypeVar("Found")
_PAUSE_S = 0.05


class SimulatorRefusedError(Exception):
    """The simulator said no: the act is not possible on the screens as they stand. Holds status and reason."""


class SimulatorClient:
    """People's hands: `user` is a LINE user id or a persona's key; staff are Slack user ids.

    Every act returns once the product answered the first try (`status`, 0 when nothing came). What the product does
    afterwards is awaited with `wait_for`.
    """

    def __init__(self, base_url: str, timeout_s: float = 30.0) -> None:
        self._http = httpx2.Client(base_url=base_url, timeout=timeout_s, trust_env=False)

    def __enter__(self) -> SimulatorClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def say(self, user: str, text: str) -> Json:
        """Write a text message."""
        return self.act(user, "text", text=text)

    def act(self, user: str, kind: str, **fields: Any) -> Json:
        """Do something on the phone; the kinds and their fields are those of `control_line.py`.

        text, sticker, image, audio, video, file (with `sample=` or `bytes_base64=`), location, postback, follow,
        unfollow, unsend, edit, group_join, group_leave, group_say, group_member_joined, group_member_left.
        """
        return dict(self._post("/control/line/act", {"user": user, "kind": kind, **fields}))

    def send_image(self, user: str, data: bytes, preparing: int = 0) -> Json:
        """Send a picture; its bytes answer 202 `preparing` times first."""
        return self.act(user, "image", bytes_base64=base64.b64encode(data).decode(), preparing=preparing)

    def postback(self, user: str, data: str, display_text: str = "") -> Json:
        """Press something whose data is known."""
        return self.act(user, "postback", data=data, display_text=display_text)

    def unsend(self, user: str, message_id: str) -> Json:
        """Take a message back."""
        return self.act(user, "unsend", message_id=message_id)

    def tap(self, user: str, label: str, value: str = "") -> Json:
        """Tap the newest button or chip with this label; `value` is the date for a picker."""
        return dict(self._post("/control/line/tap", {"user": user, "label": label, "value": value}))

    def batch(self, *messages: tuple[str, str]) -> Json:
        """Several people's texts in one webhook."""
        return dict(self._post("/control/line/batch", {"messages": [{"user": u, "text": t} for u, t in messages]}))

    def unknown_event(self, user: str) -> Json:
        """An event type from the future."""
        return dict(self._post("/control/line/unknown", {"user": user}))

    def odd_event(self, user: str, kind: str) -> Json:
        """An event of this type (`line_odd.KINDS`): beacon, membership, module, botSuspended …"""
        return dict(self._post("/control/line/odd", {"user": user, "kind": kind}))

    def use_pc(self, user: str, on_pc: bool = True) -> None:
        """Look at the talk in LINE for PC: no quick replies, no rich menu."""
        self._post("/control/line/device", {"user": user, "on_pc": on_pc})

    def notices(self, user: str) -> list[str]:
        """What the locked telephone shows of each message of the bot, in order: sender and first words."""
        return [f"{one['title']}：{one['text']}" for one in self.phone_state(user)["notices"]]

    def phone(self, user: str) -> list[Json]:
        """The talk: id, from (user/bot), type, text, labels, via (reply/push), unsent, content."""
        return list(self.phone_state(user)["messages"])

    def phone_state(self, user: str) -> Json:
        """The talk together with the chips, the menu, blocked and loading."""
        return dict(self._get(f"/control/line/phone/{user}"))

    def answers(self, user: str) -> list[str]:
        """The words of the bot's messages on this phone, in order."""
        return [str(message["text"]) for message in self.phone(user) if message["from"] == "bot"]

    def channel(self, channel_id: str = "") -> Json:
        """The desk's Slack channel (or another): messages, ephemerals, members."""
        return dict(self._get("/control/slack/channel", channel_id=channel_id))

    def press(
        self, message_ts: str, action_id: str, user: str = DEFAULT_STAFF, value: Any = None, **fields: Any
    ) -> Json:
        """Press a button or choose in a message; "" means the newest place. `view_id=` presses inside a modal."""
        body = {"message_ts": message_ts, "action_id": action_id, "user": user, "value": value, **fields}
        return dict(self._post("/control/slack/press", body))

    def views(self, user: str = "") -> list[Json]:
        """All views ever shown, closed ones too."""
        return list(self._get("/control/slack/views", user=user))

    def open_view(self, user: str = DEFAULT_STAFF) -> Json | None:
        """The modal on top of a person's screen, as Slack's view object, or None."""
        shown = [one for one in self.views(user) if not one["closed"] and one["view"]["type"] == "modal"]
        return dict(shown[-1]["view"]) if shown else None

    def submit(self, view_id: str = "", values: Json | None = None, user: str = DEFAULT_STAFF) -> Json:
        """Fill and send a modal; `result` is closed, errors, update, push, clear or failed."""
        return dict(self._post("/control/slack/submit", {"view_id": view_id, "values": values or {}, "user": user}))

    def close_view(self, view_id: str = "", user: str = DEFAULT_STAFF) -> Json:
        """Close a modal."""
        return dict(self._post("/control/slack/close", {"view_id": view_id, "user": user}))

    def slash(self, command: str, text: str = "", user: str = DEFAULT_STAFF, channel: str = "") -> Json:
        """Run a slash command."""
        body = {"command": command, "text": text, "user": user, "channel": channel}
        return dict(self._post("/control/slack/slash", body))

    def shortcut(self, callback_id: str, user: str = DEFAULT_STAFF, message_ts: str = "") -> Json:
        """Open a shortcut, on a message when `message_ts` is given."""
        body = {"callback_id": callback_id, "user": user, "message_ts": message_ts}
        return dict(self._post("/control/slack/shortcut", body))

    def write(self, text: str, thread_ts: str = "", user: str = DEFAULT_STAFF, channel: str = "") -> Json:
        """Write an ordinary message in the channel or a thread."""
        body = {"text": text, "thread_ts": thread_ts, "user": user, "channel": channel}
        return dict(self._post("/control/slack/write", body))

    def open_home(self, user: str = DEFAULT_STAFF) -> Json:
        """Open the app's home."""
        return dict(self._post("/control/slack/home", {"user": user}))

    def suggest(self, action_id: str, query: str, user: str = DEFAULT_STAFF) -> Json:
        """Type into a select whose options the product gives."""
        return dict(self._post("/control/slack/suggest", {"action_id": action_id, "query": query, "user": user}))

    def verify(self) -> tuple[Json, Json]:
        """LINE's and Slack's checks of the webhook address."""
        return dict(self._post("/control/line/verify", {})), dict(self._post("/control/slack/verify", {}))

    def fault(self, kind: str, target: str = "", times: int = 1, seconds: float = 1.0, status: int = 500) -> Json:
        """Order a trouble (kinds in faults.py, or ext_shared, pending_ext_shared, org_shared, public_channel)."""
        body = {"kind": kind, "target": target, "times": times, "seconds": seconds, "status": status}
        return dict(self._post("/control/fault", body))

    def fault_buttons(self) -> list[Json]:
        """Every trouble button of the page: key, group, label, says."""
        return list(self._get("/control/buttons"))

    def press_fault(self, key: str, user: str = "eighties") -> Json:
        """Press a trouble button of the page, as the person `user`."""
        return dict(self._post("/control/press", {"key": key, "user": user}))

    def clear_faults(self) -> None:
        """Take back every ordered trouble and every switch of the account and the channel."""
        self._checked(self._http.request("DELETE", "/control/fault", json={}))

    def redeliver(self, event_id: str) -> Json:
        """Send an event once more, marked as a redelivery."""
        return dict(self._post("/control/redeliver", {"event_id": event_id}))

    def release(self) -> int:
        """Send what the faults `hold` and `reorder` keep back; how many."""
        return int(self._post("/control/release", {})["released"])

    def quota(self, value: int | None, used: int = 0) -> None:
        """Set LINE's monthly quota; None is unlimited."""
        self._post("/control/line/quota", {"value": value, "used": used})

    def counters(self) -> dict[str, int]:
        """Everything counted since the last reset (see counters.py)."""
        return dict(self._get("/control/counters"))

    def deliveries(self) -> list[Json]:
        """Every webhook and request to the product, with its tries."""
        return list(self._get("/control/deliveries"))

    def warnings(self) -> list[str]:
        """What Slack would show as small warnings."""
        return list(self._get("/control/slack/warnings"))

    def seed(self, *keys: str) -> list[Json]:
        """Let the personas with these keys (all, when none is given) send their first message, in the file's order."""
        chosen = [persona for persona in self.personas() if not keys or persona["key"] in keys]
        return [self.say(persona["key"], persona["text"]) for persona in chosen]

    def personas(self) -> list[Json]:
        """The fictional people."""
        return list(self._get("/control/personas"))

    def shift_clock(self, seconds: float) -> float:
        """Move the simulator's clock; its time now."""
        return float(self._post("/control/clock", {"shift_s": seconds})["now"])

    def settle(self) -> None:
        """Wait until redeliveries and retries are over."""
        self._post("/control/settle", {})

    def reset(self) -> None:
        """Begin again."""
        self._post("/control/reset", {})

    def wait_for(self, predicate: Callable[[], Found], timeout_s: float = 10.0) -> Found:
        """Ask again and again until the answer is truthy, and return it. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while not (found := predicate()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not true within {timeout_s} s")
            time.sleep(_PAUSE_S)
        return found

    def _get(self, path: str, **query: str) -> Any:
        return self._checked(self._http.get(path, params=query))

    def _post(self, path: str, body: Json) -> Any:
        return self._checked(self._http.post(path, json=body))

    @staticmethod
    def _checked(response: httpx2.Response) -> Any:
        if response.is_error:
            raise SimulatorRefusedError(f"{response.status_code} {response.text[:300]}")
        return response.json()
