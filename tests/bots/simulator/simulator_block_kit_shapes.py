"""Block Kit shapes with one field changed at a time, and valid payloads of each."""

from __future__ import annotations


def plain(text):
    return {"type": "plain_text", "text": text}


def xs(count):
    return "x" * count


def section(**fields):
    return [{"type": "section", **({} if "text" in fields or "fields" in fields else {"text": plain("a")}), **fields}]


def actions(element, count=1):
    return [{"type": "actions", "elements": [element] * count}]


def button(**fields):
    return {"type": "button", "text": plain("a"), **fields}


def confirm(**fields):
    dialog = {"title": plain("a"), "text": plain("a"), "confirm": plain("a"), "deny": plain("a"), **fields}
    return actions(button(confirm=dialog))


def option(**fields):
    return {"text": plain("a"), "value": "v", **fields}


def group(**fields):
    return {"label": plain("a"), "options": [option()], **fields}


def select(**fields):
    base = {} if "option_groups" in fields and "options" not in fields else {"options": [option()]}
    return actions({"type": "static_select", **base, **fields})


def listed(kind, count):
    return actions({"type": kind, "options": [option()] * count})


def entry(element=None, **fields):
    return [{"type": "input", "label": plain("a"), "element": element or {"type": "plain_text_input"}, **fields}]


def image(**fields):
    return [{"type": "image", "image_url": "https://e.example/a.png", "alt_text": "a", **fields}]


def video(**fields):
    base = {
        "alt_text": "a",
        "title": plain("a"),
        "thumbnail_url": "https://e.example/t",
        "video_url": "https://e.example/v",
    }
    return [{"type": "video", **base, **fields}]


def view(**fields):
    return {"type": "modal", "title": plain("a"), "blocks": [{"type": "divider"}], **fields}


def card(**fields):
    return [{"type": "card", "title": plain("a"), **fields}]


def container(**fields):
    return [{"type": "container", "child_blocks": [{"type": "divider"}], **fields}]


def feedback(**fields):
    side = {"text": plain("a"), "value": "v"}
    pair = {"type": "feedback_buttons", "positive_button": {**side, **fields}, "negative_button": side}
    return [{"type": "context_actions", "elements": [pair]}]


def icons(count=1, **fields):
    one = {"type": "icon_button", "icon": "trash", "text": plain("a"), **fields}
    return [{"type": "context_actions", "elements": [one] * count}]


def cell(text="a"):
    return {"type": "raw_text", "text": text}


def data_table(rows=None, **fields):
    return [{"type": "data_table", "rows": rows if rows is not None else [[cell()], [cell()]], **fields}]


def chart(kind="bar", title="a", **fields):
    return [{"type": "data_visualization", "title": title, "chart": {"type": kind, **fields}}]


def pie(count=1, **fields):
    return chart("pie", segments=[{"label": "a", "value": 1, **fields}] * count)


def bars(count=1, **fields):
    return chart(series=[{"name": "a", "data": [{"label": "a", "value": 1}], **fields}] * count)


def axes(**config):
    return chart(
        series=[{"name": "a", "data": [{"label": "a", "value": 1}]}], axis_config={"categories": ["a"], **config}
    )


def sources(url):
    return [{"type": "task_card", "task_id": "1", "title": "a", "sources": [{"type": "url", "url": url, "text": "a"}]}]


VALID = {
    "section": section(text={"type": "mrkdwn", "text": xs(3000)}, accessory=button(url="https://e.example")),
    "fields": section(fields=[plain(xs(1000))] * 10),
    "confirm": confirm(),
    "select": select(options=[option(url=xs(3000))] * 100, placeholder=plain("a")),
    "groups": select(option_groups=[group()]),
    "overflow": listed("overflow", 5),
    "checkboxes": listed("checkboxes", 10),
    "input": entry(hint=plain("a"), optional=True),
    "number": entry({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "2"}),
    "image": image(title=plain("a")),
    "video": video(),
    "view": view(private_metadata=xs(3000), close=plain("a"), notify_on_close=True),
    "home": {"type": "home", "blocks": [{"type": "divider"}]},
    "card": card(body={"type": "mrkdwn", "text": "a"}, actions=[button()]),
    "container": container(title=plain("a")),
    "feedback": feedback(),
    "icons": icons(),
    "data_table": data_table(page_size=10),
    "table": [{"type": "table", "rows": [[cell(), cell()]] * 100, "column_settings": [{}, {}]}],
    "pie": pie(12),
    "bars": bars(),
    "axes": axes(x_label="a"),
    "sources": sources("https://e.example"),
    "context": [
        {
            "type": "context",
            "elements": [plain("a"), {"type": "image", "image_url": "https://e.example", "alt_text": "a"}],
        }
    ],
    "rich": [{"type": "rich_text", "elements": []}],
    "markdown": [{"type": "markdown", "text": "# a"}],
}
