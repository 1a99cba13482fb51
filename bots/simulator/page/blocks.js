// Block Kit, drawn: blocks of a message or a view. `act(element, value)` is called when something is used.
import { ask, el } from "./dom.js";
import { mrkdwn, richText, textObject } from "./mrkdwn.js";

const INPUT_TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local", number_input: "number", email_text_input: "email", url_text_input: "url" };

export function drawBlocks(blocks, context) {
  return blocks.map((block) => drawBlock(block, context)).filter(Boolean);
}

function drawBlock(block, context) {
  const { names } = context;
  switch (block.type) {
    case "header": return el("h3", { className: "b-header" }, block.text.text);
    case "divider": return el("hr");
    case "section": return section(block, context);
    case "context": return el("div", { className: "b-context" }, block.elements.map((part) => part.type === "image" ? el("span", { className: "picture" }, part.alt_text) : el("span", {}, textObject(part, names))));
    case "actions": case "context_actions": return el("div", { className: "b-actions" }, block.elements.map((element) => drawElement(element, block, context)));
    case "input": return input(block, context);
    case "image": return el("span", { className: "picture" }, block.alt_text);
    case "rich_text": return el("div", { className: "b-rich" }, richText(block, names));
    case "markdown": return el("p", { className: "b-text" }, mrkdwn(block.text.replaceAll("**", "*"), names));
    case "alert": return el("p", { className: "b-alert" }, textObject(block.text, names));
    case "table": case "data_table": return table(block);
    case "card": return card(block, context);
    case "container": return el("div", { className: "b-card" }, block.title ? el("strong", {}, textObject(block.title, names)) : null, drawBlocks(block.child_blocks, context));
    default: return el("p", { className: "b-unknown" }, `（${block.type}：練習場では描きません）`);
  }
}

function section(block, context) {
  const { names } = context;
  return el("div", { className: "b-section" },
    el("div", { className: "b-main" },
      block.text ? el("p", { className: "b-text" }, textObject(block.text, names)) : null,
      block.fields ? el("div", { className: "b-fields" }, block.fields.map((field) => el("p", {}, textObject(field, names)))) : null),
    block.accessory ? drawElement(block.accessory, block, context) : null);
}

function card(block, context) {
  const line = (name, tag) => (block[name] ? el(tag, {}, textObject(block[name], context.names)) : null);
  return el("div", { className: "b-card" }, line("title", "strong"), line("subtitle", "p"), line("body", "p"), line("subtext", "small"),
    block.actions ? el("div", { className: "b-actions" }, block.actions.map((element) => drawElement(element, block, context))) : null);
}

function table(block) {
  const cell = (one) => (one?.type === "rich_text" ? richText(one) : String(one?.text ?? one?.value ?? ""));
  return el("div", { className: "scroll", tabindex: "0", role: "region", "aria-label": "表" },
    el("table", {}, el("tbody", {}, block.rows.map((row) => el("tr", {}, row.map((one) => el("td", {}, cell(one))))))));
}

function input(block, context) {
  const error = context.errors?.[block.block_id];
  const id = `i-${context.scope}-${block.block_id}`;
  const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const label = [block.label.text, block.optional ? el("small", {}, "（書かなくてもよい）") : null];
  const inside = [
    group ? el("legend", {}, label) : el("label", { for: id }, label),
    drawElement(block.element, block, context, id),
    block.hint ? el("p", { className: "hint" }, block.hint.text) : null,
    error ? el("p", { className: "field-error", role: "alert" }, error) : null,
  ];
  return el(group ? "fieldset" : "div", { className: `b-input${error ? " wrong" : ""}` }, inside);
}

const initialOf = (element) => (element.initial_options ?? (element.initial_option ? [element.initial_option] : [])).map((option) => option.value);

/** One element. In a form it carries data-block and data-action, from which the values are read. */
export function drawElement(element, block, context, id) {
  const act = (value) => context.act(element, block, value);
  const names = { "data-block": block.block_id, "data-action": element.action_id, "data-kind": element.type };
  const draft = context.draft?.[`${block.block_id}.${element.action_id}`];
  switch (element.type) {
    case "button": case "icon_button": return button(element, act);
    case "feedback_buttons": return el("span", { className: "b-actions" }, button(element.positive_button, act), button(element.negative_button, act));
    case "workflow_button": return button(element, act);
    case "overflow": return overflow(element, act);
    case "image": return el("span", { className: "picture" }, element.alt_text);
    case "radio_buttons": case "checkboxes": return choices(element, block, context, names, draft);
    case "plain_text_input": return typed(element, names, id, draft?.value);
    default:
      if (element.type in INPUT_TYPES) return picker(element, names, id, act, context, draft);
      return select(element, names, id, act, context, draft);
  }
}

function button(element, act) {
  const press = async () => {
    if (element.confirm) {
      const sure = await ask(element.confirm.title.text, el("p", {}, textObject(element.confirm.text)), element.confirm.confirm.text);
      if (sure === null) return;
    }
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    act(element.value ?? null);
  };
  return el("button", { type: "button", className: `b-button ${element.style ?? ""}`, "aria-label": element.accessibility_label, onclick: press }, element.text.text);
}

/** The three dots: a small menu of buttons. Choosing closes it; so does a press elsewhere, or Esc. */
function overflow(element, act) {
  const choose = (event, option) => {
    event.target.closest("details").open = false;
    act(option); // whole: a menu may be drawn anew with other values before its choice arrives
  };
  return el("details", { className: "b-menu" },
    el("summary", { "aria-label": "そのほかの操作" }, "⋯"),
    el("div", { className: "b-menu-list" }, element.options.map((option) =>
      el("button", { type: "button", onclick: (event) => choose(event, option) }, option.text.text))));
}

function choices(element, block, context, names, draft) {
  const kind = element.type === "checkboxes" ? "checkbox" : "radio";
  const started = draft ? (draft.selected_options ?? [draft.selected_option].filter(Boolean)).map((option) => option.value) : initialOf(element);
  const read = (event) => {
    if (!context.form || block.dispatch_action || block.type !== "input") {
      const all = [...event.target.closest(".b-choices").querySelectorAll("input:checked")].map((node) => node.value);
      context.act(element, block, kind === "checkbox" ? all : event.target.value);
    }
  };
  return el("div", { className: "b-choices", ...names }, element.options.map((option) =>
    el("label", {}, el("input", { type: kind, name: `${context.scope}-${block.block_id}-${element.action_id}`, value: option.value, checked: started.includes(option.value), onchange: read }),
      el("span", {}, textObject(option.text, context.names), option.description ? el("small", {}, textObject(option.description, context.names)) : null))));
}

function typed(element, names, id, draft) {
  const common = { id, ...names, maxlength: element.max_length, placeholder: element.placeholder?.text };
  const field = element.multiline ? el("textarea", { ...common, rows: "4" }) : el("input", { type: "text", ...common });
  field.value = draft ?? element.initial_value ?? "";
  return field;
}

function picker(element, names, id, act, context, draft) {
  const start = draft?.selected_date ?? draft?.selected_time ?? draft?.value ?? element.initial_date ?? element.initial_time ?? element.initial_value ?? "";
  return el("input", { id, ...names, type: INPUT_TYPES[element.type], value: start, placeholder: element.placeholder?.text, "aria-label": id ? null : element.placeholder?.text ?? "えらぶ", onchange: (event) => { if (!context.form) act(event.target.value); } });
}

function select(element, names, id, act, context, draft) {
  const many = element.type.startsWith("multi_");
  const started = draft?.selected_option ? [draft.selected_option.value] : draft?.selected_options?.map((option) => option.value) ?? initialOf(element);
  const option = (one) => el("option", { value: one.value, selected: started.includes(one.value) }, one.text.text);
  const people = Object.entries(context.names).map(([value, text]) => el("option", { value, selected: element.initial_user === value }, text));
  const options = element.type.includes("users_select") ? people
    : element.option_groups ? element.option_groups.map((group) => el("optgroup", { label: group.label.text }, group.options.map(option)))
      : (element.options ?? []).map(option);
  const changed = (event) => {
    const values = [...event.target.selectedOptions].map((node) => node.value);
    if (context.live || !context.form) act(many ? values : values[0]);
  };
  return el("select", { id, ...names, multiple: many, "aria-label": id ? null : element.placeholder?.text ?? "えらぶ", onchange: changed },
    many ? null : el("option", { value: "" }, element.placeholder?.text ?? "えらぶ"), options);
}

/** The values of a drawn form, as `block.action` → text or list; untouched empties are left out. */
export function valuesOf(form) {
  const values = {};
  for (const node of form.querySelectorAll("[data-action]")) {
    const key = `${node.dataset.block}.${node.dataset.action}`;
    if (node.classList.contains("b-choices")) {
      const all = [...node.querySelectorAll("input:checked")].map((one) => one.value);
      values[key] = node.dataset.kind === "checkboxes" ? all : all[0] ?? "";
    } else if (node.multiple) values[key] = [...node.selectedOptions].map((one) => one.value);
    else if (node.type === "datetime-local") values[key] = node.value ? Math.floor(Date.parse(node.value) / 1000) : "";
    else values[key] = node.value;
  }
  return values;
}
