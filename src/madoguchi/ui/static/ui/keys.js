/** Shortcuts are declared where the thing is: data-key="r" on a button or link. Never in a text field, never while composing.
    J and K walk the list, X picks, ? shows the keys. Single letters can be switched off (WCAG 2.1.4). */
import { composing, memory, takesText } from "./common.js";

const OFF = "keys-off";

function keyOf(event) {
  if (/^[!-~]$/.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

/** A list whose entries open in their place (data-walk on each summary): J and K only walk it, O opens like Enter. */
function walk(by) {
  const entries = [...document.querySelectorAll("[data-walk]")];
  const at = entries.indexOf(document.activeElement.closest?.("details")?.querySelector("[data-walk]"));
  const next = entries[at < 0 ? 0 : at + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.focus({ preventScroll: true });
  return entries.length > 0;
}

function step(by) {
  if (walk(by)) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[at < 0 ? 0 : at + by];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  next.focus({ preventScroll: true });
  next.click();
}

function pick() {
  const current = document.activeElement.closest?.(".item") ?? document.querySelector("[data-row][aria-current]")?.closest(".item");
  current?.querySelector("[data-pick]")?.click();
}

const ready = (element) => element.checkVisibility?.({ visibilityProperty: true }) !== false && !element.disabled;

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(ready);
  if (!found) return false;
  if (takesText(found)) {
    found.focus();
    found.select?.();
  } else {
    found.focus?.({ preventScroll: true });
    found.click();
  }
  return true;
}

/** What the key does: data-key-name where the button shows a state instead; empty where the list says it already. */
function name(element) {
  if (element.dataset.keyName !== undefined) return element.dataset.keyName;
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg, small").forEach((part) => part.remove());
  return copy.textContent.trim();
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const known = new Map();
  for (const element of document.querySelectorAll("[data-key]")) if (name(element)) known.set(element.dataset.key, name(element));
  dialog.querySelector("[data-keys-list]").replaceChildren(
    ...[...known].map(([key, label]) => {
      const line = document.createElement("div");
      const cap = document.createElement("kbd");
      cap.textContent = key.length === 1 ? key.toUpperCase() : key;
      line.append(label, cap);
      return line;
    }),
  );
  dialog.querySelector("[data-keys-switch]").checked = memory.get(OFF) === null;
  dialog.showModal();
}

function pressed(event) {
  if (composing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (takesText(event.target) || document.querySelector("dialog[open]") || memory.get(OFF) !== null) return;
  const key = keyOf(event);
  if (key === "?") showKeys();
  else if (press(key)) event.preventDefault();
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "o") document.activeElement.closest?.("[data-walk]")?.click();
  else if (key === "x") pick();
  else return;
  event.preventDefault();
}

export default function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", ({ target }) => target.closest?.("[data-keys-open]") && showKeys());
  document.addEventListener("change", ({ target }) => target.matches?.("[data-keys-switch]") && memory.set(OFF, target.checked ? null : "1"));
}

