"""A card and a modal for the tests of Slack's screen."""

from __future__ import annotations

CHANNEL = "C0MADOGUCHI"


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id, value="v"):
    return {"type": "button", "action_id": action_id, "text": plain("押す"), "value": value}


CARD = [
    {"type": "header", "text": plain("新しい相談")},
    {"type": "section", "block_id": "s", "text": plain("つなぎ先の候補"), "accessory": button("open", "7K3M")},
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            button("claim", "1"),
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": plain("あとで"), "value": "snooze"},
                    {"text": plain("まとめる"), "value": "merge"},
                ],
            },
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "fix",
    "title": plain("直す"),
    "submit": plain("直す"),
    "private_metadata": "7K3M",
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("わけ"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "level",
            "optional": True,
            "label": plain("急ぎ"),
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "initial_option": {"text": plain("ふつう"), "value": "normal"},
                "options": [{"text": plain("ふつう"), "value": "normal"}, {"text": plain("高い"), "value": "high"}],
            },
        },
    ],
}


def post(slack, **fields):
    return slack.post("/chat.postMessage", json={"channel": CHANNEL, "text": "新しい相談", **fields}).json()


def opened(sim, slack, product, view=MODAL):
    post(slack, blocks=CARD)
    sim.press("", "claim")
    trigger = product.of("/slack/")[-1].body["trigger_id"]
    return slack.post("/views.open", json={"trigger_id": trigger, "view": view}).json()
