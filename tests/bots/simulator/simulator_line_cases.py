"""LINE messages that must be refused, and some that must pass."""

from __future__ import annotations

TEXT = {"type": "text", "text": "受けとりました"}


def bubble(component):
    contents = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [component]}}
    return {"type": "flex", "altText": "a", "contents": contents}


def chips(*actions):
    return {
        "type": "text",
        "text": "a",
        "quickReply": {"items": [{"type": "action", "action": one} for one in actions]},
    }


SAY = {"type": "message", "label": "a", "text": "a"}
BAD = {
    "text missing": {"type": "text"},
    "text empty": {"type": "text", "text": ""},
    "text 5001": {"type": "text", "text": "x" * 5001},
    "text 5002 in UTF-16": {"type": "text", "text": "😀" * 2501},
    "unknown message type": {"type": "hologram"},
    "typo in a property": {"type": "text", "text": "a", "quickreply": {}},
    "14 quick replies": chips(*[SAY] * 14),
    "no quick reply": chips(),
    "label of 21": chips({**SAY, "label": "a" * 21}),
    "chip without label": chips({"type": "message", "text": "a"}),
    "postback data of 301": chips({"type": "postback", "label": "a", "data": "a" * 301}),
    "postback with text and displayText": chips(
        {"type": "postback", "label": "a", "data": "a", "text": "a", "displayText": "a"}
    ),
    "unknown action": chips({"type": "teleport", "label": "a"}),
    "uri with javascript": bubble(
        {"type": "button", "action": {"type": "uri", "label": "a", "uri": "javascript:alert(1)"}}
    ),
    "uri of 1001": bubble(
        {"type": "button", "action": {"type": "uri", "label": "a", "uri": "https://e.example/" + "a" * 1000}}
    ),
    "location outside a quick reply": bubble({"type": "button", "action": {"type": "location", "label": "a"}}),
    "camera outside a quick reply": bubble({"type": "button", "action": {"type": "camera", "label": "a"}}),
    "flex layout": {
        "type": "flex",
        "altText": "a",
        "contents": {"type": "bubble", "body": {"type": "box", "layout": "diagonal", "contents": []}},
    },
    "flex text as a number": bubble({"type": "text", "text": 5}),
    "flex text empty": bubble({"type": "text", "text": ""}),
    "flex over 30 KB": bubble({"type": "text", "text": "あ" * 10_001}),
    "alt text of 1501": {**bubble({"type": "text", "text": "a"}), "altText": "a" * 1501},
    "13 bubbles": {
        "type": "flex",
        "altText": "a",
        "contents": {"type": "carousel", "contents": [bubble({"type": "text", "text": "a"})["contents"]] * 13},
    },
    "carousel over 50 KB": {
        "type": "flex",
        "altText": "a",
        "contents": {"type": "carousel", "contents": [bubble({"type": "text", "text": "あ" * 6000})["contents"]] * 3},
    },
    "confirm with one action": {
        "type": "template",
        "altText": "a",
        "template": {"type": "confirm", "text": "a", "actions": [SAY]},
    },
    "confirm text of 241": {
        "type": "template",
        "altText": "a",
        "template": {"type": "confirm", "text": "a" * 241, "actions": [SAY, SAY]},
    },
    "five buttons": {
        "type": "template",
        "altText": "a",
        "template": {"type": "buttons", "text": "a", "actions": [SAY] * 5},
    },
    "sender name of 21": {"type": "text", "text": "a", "sender": {"name": "a" * 21}},
    "image by http": {
        "type": "image",
        "originalContentUrl": "http://e.example/a.png",
        "previewImageUrl": "https://e.example/a.png",
    },
}

GOOD = {
    "chips of every kind": chips(
        {
            "type": "postback",
            "label": "はい",
            "data": "v1:a=yes",
            "displayText": "はい",
            "inputOption": "openKeyboard",
            "fillInText": "x",
        },
        SAY,
        {"type": "location", "label": "場所"},
        {"type": "camera", "label": "写真"},
        {"type": "datetimepicker", "label": "日時", "data": "d", "mode": "datetime"},
        {"type": "clipboard", "label": "コピー", "clipboardText": "7K3M"},
    ),
    "text of 5000": {"type": "text", "text": "あ" * 5000, "sender": {"name": "相談窓口"}},
    "flex": bubble(
        {"type": "button", "style": "primary", "action": {"type": "uri", "label": "110に電話", "uri": "tel:110"}}
    ),
    "confirm": {
        "type": "template",
        "altText": "a",
        "template": {"type": "confirm", "text": "a", "actions": [SAY, SAY]},
    },
}
