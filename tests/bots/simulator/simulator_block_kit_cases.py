"""One payload for each case of fixtures/invalid-manifest.json, and valid ones of the same shapes."""

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


CASES = {
    "text-empty": section(text=plain("")),
    "text-too-long": section(text=plain(xs(3001))),
    "button-action-id-too-long": actions(button(action_id=xs(256))),
    "button-text-too-long": actions(button(text=plain(xs(76)))),
    "button-url-too-long": actions(button(url=xs(3001))),
    "button-value-too-long": actions(button(value=xs(2001))),
    "confirmation-title-too-long": confirm(title=plain(xs(101))),
    "confirmation-text-too-long": confirm(text=plain(xs(301))),
    "confirmation-confirm-too-long": confirm(confirm=plain(xs(31))),
    "confirmation-deny-too-long": confirm(deny=plain(xs(31))),
    "option-text-too-long": select(options=[option(text=plain(xs(76)))]),
    "option-value-too-long": select(options=[option(value=xs(151))]),
    "option-url-too-long": select(options=[option(url="😀" * 3001)]),
    "option-description-too-long": select(options=[option(description=plain(xs(76)))]),
    "option-group-label-too-long": select(option_groups=[group(label=plain(xs(76)))]),
    "option-group-empty": select(option_groups=[group(options=[])]),
    "option-group-too-many-options": select(option_groups=[group(options=[option()] * 101)]),
    "select-placeholder-too-long": select(placeholder=plain(xs(151))),
    "select-too-many-options": select(options=[option()] * 101),
    "select-too-many-option-groups": select(option_groups=[group()] * 101),
    "overflow-empty": listed("overflow", 0),
    "overflow-too-many-options": listed("overflow", 6),
    "checkboxes-empty": listed("checkboxes", 0),
    "checkboxes-too-many-options": listed("checkboxes", 11),
    "radio-buttons-empty": listed("radio_buttons", 0),
    "radio-buttons-too-many-options": listed("radio_buttons", 11),
    "url-source-url-empty": sources(""),
    "url-source-url-too-long": sources(xs(3001)),
    "table-too-many-rows": [{"type": "table", "rows": [[cell()]] * 101}],
    "table-ragged-rows": [{"type": "table", "rows": [[cell()], [cell(), cell()]]}],
    "table-column-settings-mismatch": [{"type": "table", "rows": [[cell()]], "column_settings": [{}, {}]}],
    "file-input-max-files-too-small": entry({"type": "file_input", "max_files": 0}),
    "file-input-max-files-too-large": entry({"type": "file_input", "max_files": 11}),
    "plain-text-input-max-length-too-large": entry({"type": "plain_text_input", "max_length": 3001}),
    "actions-too-many-elements": actions(button(), 26),
    "context-too-many-elements": [{"type": "context", "elements": [plain("a")] * 11}],
    "header-text-too-long": [{"type": "header", "text": plain(xs(151))}],
    "image-url-too-long": image(image_url=xs(3001)),
    "image-alt-text-too-long": image(alt_text=xs(2001)),
    "input-label-too-long": entry(label=plain(xs(2001))),
    "input-hint-too-long": entry(hint=plain(xs(2001))),
    "markdown-empty": [{"type": "markdown", "text": ""}],
    "markdown-too-long": [{"type": "markdown", "text": xs(12001)}],
    "section-text-too-long": section(text={"type": "mrkdwn", "text": xs(3001)}),
    "section-too-many-fields": section(fields=[plain("a")] * 11),
    "section-field-too-long": section(fields=[plain(xs(2001))]),
    "video-alt-text-empty": video(alt_text=""),
    "video-alt-text-too-long": video(alt_text=xs(201)),
    "video-title-too-long": video(title=plain(xs(201))),
    "video-author-name-too-long": video(author_name=xs(51)),
    "video-description-too-long": video(description=plain(xs(201))),
    "video-provider-name-too-long": video(provider_name=xs(51)),
    "view-missing-blocks": view(blocks=[]),
    "view-too-many-blocks": view(blocks=[{"type": "divider"}] * 101),
    "view-private-metadata-too-long": view(private_metadata=xs(3001)),
    "view-callback-id-too-long": view(callback_id=xs(256)),
    "view-title-too-long": view(title=plain(xs(25))),
    "view-close-too-long": view(close=plain(xs(25))),
    "view-submit-too-long": view(submit=plain(xs(25))),
    "section-missing-content": [{"type": "section"}],
    "static-select-options-and-groups": select(options=[option()], option_groups=[group()]),
    "image-url-and-slack-file": image(slack_file={"id": "F1"}),
    "number-input-inverted-range": entry(
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "2", "max_value": "1"}
    ),
    "context-invalid-element": [{"type": "context", "elements": [button()]}],
    "input-invalid-element": entry(button()),
    "block-id-too-long": [{"type": "divider", "block_id": xs(256)}],
    "button-accessibility-label-too-long": actions(button(accessibility_label=xs(76))),
    "alert-text-too-long": [{"type": "alert", "text": plain(xs(201))}],
    "card-title-too-long": card(title=plain(xs(151))),
    "card-subtitle-too-long": card(subtitle=plain(xs(151))),
    "card-body-too-long": card(body=plain(xs(201))),
    "card-too-many-actions": card(actions=[button()] * 4),
    "card-subtext-too-long": card(subtext=plain(xs(201))),
    "carousel-empty": [{"type": "carousel", "elements": []}],
    "carousel-too-many-cards": [{"type": "carousel", "elements": card() * 11}],
    "container-title-too-long": container(title=plain(xs(151))),
    "container-subtitle-too-long": container(subtitle=plain(xs(151))),
    "container-too-many-child-blocks": container(child_blocks=[{"type": "divider"}] * 11),
    "context-actions-too-many-elements": icons(6),
    "feedback-button-text-too-long": feedback(text=plain(xs(76))),
    "feedback-button-value-too-long": feedback(value=xs(2001)),
    "feedback-button-accessibility-label-too-long": feedback(accessibility_label=xs(76)),
    "icon-button-too-many-visible-users": icons(visible_to_user_ids=["U1"] * 11),
    "data-table-too-few-rows": data_table([[cell()]]),
    "data-table-too-many-rows": data_table([[cell()]] * 202),
    "data-table-too-few-columns": data_table([[], []]),
    "data-table-too-many-columns": data_table([[cell()] * 21] * 2),
    "data-table-page-size-too-small": data_table(page_size=0),
    "data-table-page-size-too-large": data_table(page_size=101),
    "data-table-cell-text-empty": data_table([[cell("")], [cell()]]),
    "data-table-content-too-long": data_table([[cell(xs(10001))], [cell(xs(10000))]]),
    "data-visualization-title-too-long": chart("pie", xs(51), segments=[{"label": "a", "value": 1}]),
    "pie-chart-empty": pie(0),
    "pie-chart-too-many-segments": pie(13),
    "chart-segment-label-too-long": pie(label=xs(21)),
    "chart-segment-value-not-positive": pie(value=0),
    "chart-series-empty": bars(0),
    "chart-too-many-series": bars(13),
    "data-series-name-too-long": bars(name=xs(21)),
    "data-series-empty": bars(data=[]),
    "data-series-too-many-points": bars(data=[{"label": "a", "value": 1}] * 21),
    "data-point-label-too-long": bars(data=[{"label": xs(21), "value": 1}]),
    "axis-categories-empty": axes(categories=[]),
    "axis-too-many-categories": axes(categories=["a"] * 21),
    "axis-category-label-too-long": axes(categories=[xs(21)]),
    "axis-label-too-long": axes(x_label=xs(51)),
}

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
