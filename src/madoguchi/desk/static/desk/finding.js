/** The search page: J, K and Enter walk the results, "/" goes to the box, and operators are completed while typing. */

const box = () => document.querySelector("[data-finder] [role=combobox]");
const list = () => document.getElementById("suggestions");
const options = () => [...list().querySelectorAll("[role=option]")];
const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");
const composing = (event) => event.isComposing || event.keyCode === 229;
const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");
let timer;

function show(isOpen) {
  list().hidden = !isOpen;
  box().setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) box().removeAttribute("aria-activedescendant");
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) box().setAttribute("aria-activedescendant", option.id);
  option?.scrollIntoView({ block: "nearest" });
}

/** The piece at the end of the box becomes the chosen one; an operator waits for its value. */
function take(option) {
  const piece = option.dataset.insertPiece;
  const isWhole = !piece.endsWith(":");
  box().value = box().value.replace(/[^\s\u3000]*$/, () => piece + (isWhole ? " " : ""));
  box().focus();
  if (isWhole) show(false);
  else ask();
}

function ask() {
  clearTimeout(timer);
  timer = setTimeout(() => window.htmx.trigger(box(), "suggest"), 100);
}

function inBox(event) {
  const choices = list().hidden ? [] : options();
  const at = choices.indexOf(chosen());
  if (event.key === "Escape" && choices.length) show(false);
  else if (event.key === "ArrowDown" && choices.length) mark(choices[(at + 1) % choices.length]);
  else if (event.key === "ArrowUp" && choices.length) mark(choices.at(at <= 0 ? -1 : at - 1));
  else if ((event.key === "Enter" || event.key === "Tab") && chosen() && choices.length) take(chosen());
  else if (event.key === "ArrowDown") walk(1);
  else return;
  event.preventDefault();
}

function walk(by) {
  const hits = [...document.querySelectorAll("[data-found]")];
  const at = hits.indexOf(document.activeElement);
  const next = hits[at < 0 ? 0 : Math.min(hits.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function pressed(event) {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target === box()) return inBox(event);
  if (typing(event.target)) return;
  if (event.key === "/") box().select();
  else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Before the shortcuts of every page: here "/" means this box, not the palette.
document.addEventListener("keydown", pressed, true);
document.addEventListener("input", (event) => event.target === box() && !event.isComposing && ask());
document.addEventListener("compositionend", (event) => event.target === box() && ask());
document.addEventListener("focusout", ({ target }) => target === box() && setTimeout(() => show(false), 150));
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[data-insert-piece]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement === box()) show(options().length > 0);
});
