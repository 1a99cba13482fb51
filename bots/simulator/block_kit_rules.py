"""What each Block Kit type may hold, as data. Numbers come from slack_limits/limits.json by their dotted names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLAIN = frozenset({"plain_text"})
ANY_TEXT = frozenset({"plain_text", "mrkdwn"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text object: the limit on its length and the kinds it may be."""

    limit: str = "text"
    kinds: frozenset[str] = PLAIN


@dataclass(frozen=True, slots=True)
class Items:
    """A list: the limit on its count and what each entry is (`option`, `block`, or a set of element types)."""

    limit: str
    of: str | frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One type. `other` names fields that need no check; any field named nowhere is refused."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    strings: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Items] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


_PLACEHOLDER = {"placeholder": Text("select.placeholder")}
_SELECT_OTHER = ("confirm", "focus_on_load", "initial_option", "initial_options", "max_selected_items")
_CHOICES = {
    "options": Items("select.options", "option"),
    "option_groups": Items("select.option_groups", "option_group"),
}
_PICK_OTHER = (*_SELECT_OTHER, "response_url_enabled", "default_to_current_conversation", "filter", "min_query_length")
_BUTTON = {
    "url": "button.url",
    "value": "button.value",
    "accessibility_label": "button.accessibility_label",
}
_FEEDBACK = {"value": "feedback_button.value", "accessibility_label": "feedback_button.accessibility_label"}
_STATIC = Rule(texts=_PLACEHOLDER, lists=_CHOICES, one_of=("options", "option_groups"), other=_SELECT_OTHER)
_DYNAMIC = Rule(
    texts=_PLACEHOLDER,
    other=(
        *_PICK_OTHER,
        "initial_user",
        "initial_users",
        "initial_channel",
        "initial_channels",
        "initial_conversation",
        "initial_conversations",
    ),
)
_PICKER = Rule(
    texts=_PLACEHOLDER,
    other=("initial_date", "initial_time", "initial_date_time", "confirm", "focus_on_load", "timezone"),
)
_TYPED = ("initial_value", "dispatch_action_config", "focus_on_load")
_LISTED = ("initial_options", "initial_option", "confirm", "focus_on_load")

ELEMENTS: dict[str, Rule] = {
    "button": Rule(
        texts={"text": Text("button.text")}, strings=_BUTTON, required=("text",), other=("style", "confirm")
    ),
    "workflow_button": Rule(
        texts={"text": Text("button.text")}, required=("text", "workflow"), other=("style", "accessibility_label")
    ),
    "icon_button": Rule(
        texts={"text": Text("button.text")},
        strings={"value": "button.value", "accessibility_label": "button.accessibility_label"},
        lists={"visible_to_user_ids": Items("icon_button.visible_to_user_ids", "id")},
        required=("icon", "text"),
        other=("icon", "confirm"),
    ),
    "feedback_buttons": Rule(
        required=("positive_button", "negative_button"), other=("positive_button", "negative_button")
    ),
    "feedback_button": Rule(texts={"text": Text("feedback_button.text")}, strings=_FEEDBACK, required=("text",)),
    "static_select": _STATIC,
    "multi_static_select": _STATIC,
    **{
        f"{many}{kind}_select": _DYNAMIC
        for many in ("", "multi_")
        for kind in ("external", "users", "conversations", "channels")
    },
    "overflow": Rule(lists={"options": Items("overflow.options", "option")}, required=("options",), other=("confirm",)),
    "checkboxes": Rule(lists={"options": Items("checkboxes.options", "option")}, required=("options",), other=_LISTED),
    "radio_buttons": Rule(
        lists={"options": Items("radio_buttons.options", "option")}, required=("options",), other=_LISTED
    ),
    "datepicker": _PICKER,
    "timepicker": _PICKER,
    "datetimepicker": _PICKER,
    "plain_text_input": Rule(
        texts=_PLACEHOLDER,
        numbers={"max_length": "plain_text_input.max_length"},
        other=("multiline", "min_length", *_TYPED),
    ),
    "number_input": Rule(
        texts=_PLACEHOLDER,
        required=("is_decimal_allowed",),
        other=("is_decimal_allowed", "min_value", "max_value", *_TYPED),
    ),
    "email_text_input": Rule(texts=_PLACEHOLDER, other=_TYPED),
    "url_text_input": Rule(texts=_PLACEHOLDER, other=_TYPED),
    "rich_text_input": Rule(texts=_PLACEHOLDER, other=_TYPED),
    "file_input": Rule(numbers={"max_files": "file_input.max_files"}, other=("filetypes",)),
    "image": Rule(
        strings={"image_url": "image.image_url", "alt_text": "image.alt_text"},
        required=("alt_text",),
        one_of=("image_url", "slack_file"),
        other=("slack_file",),
    ),
    "url": Rule(strings={"url": "url_source.url"}, required=("url", "text"), other=("text",)),
}

_SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
_CHOOSERS = frozenset({"checkboxes", "radio_buttons"})
_TYPING = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"})

IN_ACTIONS = frozenset({"button", "overflow", "workflow_button"}) | _SELECTS | _PICKERS | _CHOOSERS
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = _SELECTS | _PICKERS | _CHOOSERS | _TYPING | {"file_input"}
#: Elements whose value stands in `state.values`.
STATEFUL = _SELECTS | _PICKERS | _CHOOSERS | _TYPING
#: Elements that send a block_actions request when used.
CLICKABLE = IN_ACTIONS | {"icon_button", "feedback_button"}

BLOCKS: dict[str, Rule] = {
    "actions": Rule(lists={"elements": Items("actions.elements", IN_ACTIONS)}, required=("elements",)),
    "context": Rule(
        lists={"elements": Items("context.elements", frozenset({"image", "plain_text", "mrkdwn"}))},
        required=("elements",),
    ),
    "context_actions": Rule(
        lists={"elements": Items("context_actions.elements", frozenset({"feedback_buttons", "icon_button"}))},
        required=("elements",),
    ),
    "divider": Rule(),
    "file": Rule(required=("external_id", "source"), other=("external_id", "source")),
    "header": Rule(texts={"text": Text("header.text")}, required=("text",)),
    "image": Rule(
        texts={"title": Text()},
        strings={"image_url": "image.image_url", "alt_text": "image.alt_text"},
        required=("alt_text",),
        one_of=("image_url", "slack_file"),
        other=("slack_file",),
    ),
    "input": Rule(
        texts={"label": Text("input.label"), "hint": Text("input.hint")},
        required=("label", "element"),
        other=("element", "optional", "dispatch_action"),
    ),
    "markdown": Rule(strings={"text": "markdown.text"}, required=("text",)),
    "rich_text": Rule(required=("elements",), other=("elements",)),
    "section": Rule(
        texts={"text": Text("section.text", ANY_TEXT)},
        lists={"fields": Items("section.fields", "field")},
        either=("text", "fields"),
        other=("accessory", "expand"),
    ),
    "table": Rule(required=("rows",), other=("rows", "column_settings")),
    "video": Rule(
        texts={"title": Text("video.title"), "description": Text("video.description")},
        strings={
            "alt_text": "video.alt_text",
            "author_name": "video.author_name",
            "provider_name": "video.provider_name",
        },
        required=("alt_text", "title", "thumbnail_url", "video_url"),
        other=("thumbnail_url", "video_url", "title_url", "provider_icon_url"),
    ),
    "alert": Rule(texts={"text": Text("alert.text", ANY_TEXT)}, required=("text",), other=("level",)),
    "card": Rule(
        texts={
            "title": Text("card.title", ANY_TEXT),
            "subtitle": Text("card.subtitle", ANY_TEXT),
            "body": Text("card.body", ANY_TEXT),
            "subtext": Text("card.subtext", ANY_TEXT),
        },
        lists={"actions": Items("card.actions", frozenset({"button"}))},
        other=("icon", "hero_image", "slack_icon"),
    ),
    "carousel": Rule(lists={"elements": Items("carousel.elements", "block")}, required=("elements",)),
    "container": Rule(
        texts={"title": Text("container.title", ANY_TEXT), "subtitle": Text("container.subtitle", ANY_TEXT)},
        lists={"child_blocks": Items("container.child_blocks", "block")},
        required=("child_blocks",),
        other=("icon", "width", "is_collapsible", "default_collapsed"),
    ),
    "data_table": Rule(
        numbers={"page_size": "data_table.page_size"},
        required=("rows",),
        other=("rows", "caption", "row_header_column_index"),
    ),
    "data_visualization": Rule(
        strings={"title": "data_visualization.title"}, required=("title", "chart"), other=("chart",)
    ),
    "task_card": Rule(
        lists={"sources": Items("", frozenset({"url"}))},
        required=("task_id", "title"),
        other=("task_id", "title", "details", "output", "status"),
    ),
}
VIEW = Rule(
    texts={"title": Text("view.title"), "close": Text("view.close"), "submit": Text("view.submit")},
    strings={"private_metadata": "view.private_metadata", "callback_id": "view.callback_id"},
    other=("type", "blocks", "external_id", "clear_on_close", "notify_on_close", "submit_disabled"),
)
