/** @ in a note offers the staff: arrows walk, Enter or Tab takes, Escape closes. Textarea: data-mentions (GET ?q=) and aria-controls. */

const BEGUN = /[@＠]([^\s@＠、。,.:;!?()（）「」]{0,20})$/;
let asked = 0;

const area = () => document.querySelector("textarea[data-mentions]");
const list = () => document.getElementById(area().getAttribute("aria-controls"));
const options = () => [...list().children];
const chosen = () => list().querySelector('[aria-selected="true"]');
const begun = () => BEGUN.exec(area().value.slice(0, area().selectionStart));

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) area().setAttribute("aria-activedescendant", option.id);
  else area().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function close() {
  asked += 1;
  list().replaceChildren();
  mark(null);
}

async function offer() {
  const found = begun();
  if (!found) return close();
  const turn = (asked += 1);
  const response = await fetch(`${area().dataset.mentions}?q=${encodeURIComponent(found[1])}`, { headers: { "HX-Request": "true" } });
  const text = response.ok ? await response.text() : "";
  if (turn !== asked || !area()) return undefined;
  list().innerHTML = text; // our own server's escaped template
  return mark(options()[0]);
}

function take(option) {
  const [whole] = begun() ?? [""];
  const caret = area().selectionStart;
  area().focus();
  area().setSelectionRange(caret - whole.length, caret);
  document.execCommand("insertText", false, option.dataset.value);
  close();
}

function pressed(event) {
  if (event.target !== area() || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(all.at(at <= 0 ? -1 : at - 1));
  else if (["Enter", "Tab"].includes(event.key)) take(chosen() ?? all[0]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("keydown", pressed, true);
document.addEventListener("input", (event) => event.target === area() && !event.isComposing && offer());
document.addEventListener("compositionend", (event) => event.target === area() && offer());
document.addEventListener("focusout", ({ target }) => target.matches?.("textarea[data-mentions]") && target === area() && close());
document.addEventListener("pointerdown", (event) => {
  const option = area() && event.target.closest?.('[role="option"]');
  if (!option || option.parentElement !== list()) return;
  event.preventDefault(); // keeps the focus in the note
  take(option);
});
