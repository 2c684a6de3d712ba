/** Addresses as chips: Enter, comma, Tab or leaving makes one; Backspace takes the last back; a pasted list becomes many. */
import { composing, debounce, word } from "./common.js";

const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const MOST_PASTED = 200;

export const addressIn = (text) => (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim();

/** Splits at , ; 、 and line breaks, but not inside quotes or angle brackets. */
export const splitList = (text) =>
  (text.match(/(?:"[^"]*"|<[^<>]*>|[^,;、\n"<]|["<])+/g) ?? []).map((part) => part.trim()).filter(Boolean).slice(0, MOST_PASTED);

function chip(name, value) {
  const made = document.createElement("span");
  const address = addressIn(value);
  const person = value.slice(0, -address.length - 2).trim().replace(/^"|"$/g, "");
  const isWrong = !ADDRESS.test(address);
  made.className = "chip";
  made.dataset.chip = "";
  if (isWrong) {
    made.dataset.wrong = "";
    made.title = word("wrongAddress", value);
  }
  const label = document.createElement("span");
  label.textContent = value.includes("<") ? person : value;
  if (value.includes("<")) {
    const note = document.createElement("span");
    note.className = "faint";
    note.textContent = ` ${address}`;
    label.append(note);
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.dataset.chipRemove = "";
  remove.setAttribute("aria-label", word("remove", value));
  remove.textContent = "×";
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name, value });
  made.append(label, remove, hidden);
  return made;
}

const parts = (box) => ({ input: box.querySelector("input[role]"), list: box.querySelector('[role="listbox"]') });

function changed(box) {
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function add(box, text) {
  const { input } = parts(box);
  const present = new Set([...box.querySelectorAll("input[type=hidden]")].map((field) => addressIn(field.value).toLowerCase()));
  for (const value of splitList(text)) {
    if (!present.has(addressIn(value).toLowerCase())) input.before(chip(box.dataset.chips, value));
    present.add(addressIn(value).toLowerCase());
  }
  input.value = "";
  close(box);
  changed(box);
}

function close(box) {
  const { input, list } = parts(box);
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(box, to) {
  const { input, list } = parts(box);
  const options = [...list.children];
  options.forEach((option, at) => {
    option.id ||= `${list.id}-${at}`;
    option.setAttribute("aria-selected", String(at === (to + options.length) % options.length));
  });
  input.setAttribute("aria-activedescendant", list.querySelector('[aria-selected="true"]')?.id ?? "");
}

const complete = debounce(async (box) => {
  const { input, list } = parts(box);
  const sought = input.value.trim();
  if (!sought || !box.dataset.completeUrl) return close(box);
  const response = await fetch(`${box.dataset.completeUrl}?q=${encodeURIComponent(sought)}`, { headers: { "HX-Request": "true" } });
  if (!response.ok || input.value.trim() !== sought) return undefined;
  list.innerHTML = await response.text(); // our own server's escaped template
  input.setAttribute("aria-expanded", String(list.childElementCount > 0));
  return undefined;
}, 120);

function pressed(event) {
  const box = event.target.closest?.("[data-chips]");
  if (!box || !event.target.matches("input[role]") || composing(event)) return;
  const { input, list } = parts(box);
  const chosen = list.querySelector('[aria-selected="true"]');
  const at = [...list.children].indexOf(chosen);
  if (["ArrowDown", "ArrowUp"].includes(event.key) && list.childElementCount) mark(box, event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
  else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey && (chosen || input.value.trim())) add(box, chosen?.dataset.value ?? input.value);
  else if ([",", ";", "、"].includes(event.key) && input.value.trim()) add(box, input.value);
  else if (event.key === "Escape" && list.childElementCount) close(box);
  else if (event.key === "Backspace" && !input.value && input.previousElementSibling) takeBack(box, input.previousElementSibling);
  else return;
  event.preventDefault();
}

function takeBack(box, last) {
  parts(box).input.value = last.querySelector("input").value;
  last.remove();
  changed(box);
}

export default function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", ({ target }) => target.matches?.("[data-chips] input[role]") && complete(target.closest("[data-chips]")));
  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("[data-chips]");
    const text = event.clipboardData?.getData("text") ?? "";
    if (!box || !/[,;、\n@]/.test(text)) return;
    event.preventDefault();
    add(box, text);
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.('[data-chips] [role="option"]');
    if (!option) return;
    event.preventDefault(); // keeps the focus in the field
    add(option.closest("[data-chips]"), option.dataset.value);
  });
  // Without the focus the field is smaller: the cross would move away from under the pointer before it is let go.
  document.addEventListener("mousedown", (event) => event.target.closest?.("[data-chip-remove]") && event.preventDefault());
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.("[data-chips] input[role]") && target.value.trim()) add(target.closest("[data-chips]"), target.value);
  });
  document.addEventListener("click", ({ target }) => {
    const box = target.closest?.("[data-chips]");
    if (!box) return;
    if (target.closest("[data-chip-remove]")) {
      target.closest("[data-chip]").remove();
      changed(box);
    }
    parts(box).input.focus();
  });
}
