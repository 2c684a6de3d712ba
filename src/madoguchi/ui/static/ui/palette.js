/** Ctrl/⌘+K: the input asks the server (htmx, event "palette"), arrows walk the answers, Enter follows. */
import { composing, debounce, isComputerOfApple } from "./common.js";

const dialog = () => document.querySelector("[data-palette]");
const input = () => dialog().querySelector("input");
const button = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
const options = () => [...dialog().querySelectorAll('[role="option"]')];

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) input().setAttribute("aria-activedescendant", option.id);
  else input().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

const ask = debounce(() => window.htmx.trigger(input(), "palette"), 120);

function open() {
  if (!dialog() || dialog().open) return;
  input().value = "";
  const number = document.querySelector("[data-conversation]")?.dataset.conversation ?? "";
  const isWriting = document.activeElement?.matches("[data-composer] [data-editor]");
  input().setAttribute("hx-vals", JSON.stringify(isWriting ? { number, writing: 1 } : { number }));
  dialog().showModal();
  input().focus();
  ask();
}

function walked(event) {
  if (!event.target.closest?.("[data-palette]") || composing(event)) return;
  const choices = options();
  const at = choices.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(choices[(at + 1) % choices.length]);
  else if (event.key === "ArrowUp") mark(choices.at(at <= 0 ? -1 : at - 1));
  else if (event.key === "Enter") choices[Math.max(at, 0)]?.click();
  else return;
  event.preventDefault();
}

export default function start() {
  document.addEventListener("keydown", (event) => {
    const combined = isComputerOfApple ? event.metaKey : event.ctrlKey;
    if (!combined || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k" || composing(event) || !dialog()) return;
    event.preventDefault();
    if (dialog().open) dialog().close();
    else open();
  });
  document.addEventListener("keydown", walked);
  document.addEventListener("input", ({ target }) => target.closest?.("[data-palette]") && ask());
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-palette-open]")) open();
    const chosen = target.closest?.('[data-palette] [role="option"]');
    if (chosen || target === dialog()) dialog().close();
    if (chosen?.dataset.press) button(chosen.dataset.press)?.click();
  });
  document.addEventListener("htmx:after:swap", ({ target }) => {
    if (!target.closest?.("[data-palette]")) return;
    for (const option of options()) if (option.dataset.press && !button(option.dataset.press)) option.remove();
    mark(options()[0]);
  });
}
