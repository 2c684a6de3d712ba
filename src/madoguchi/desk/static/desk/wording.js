/** Templates and articles in the composer: / at the beginning of a line opens the picker, arrows walk and change the tab,
    Enter puts the words in at the caret. */
import { editor, leave, put } from "./caret.js";
import { once } from "./once.js";
import { button, field, picker, query, step, turn } from "./tabs.js";

const options = () => [...picker().querySelectorAll('[role="option"]')];
const composing = (event) => event.isComposing || event.keyCode === 229;
let slash = 0; // how many characters before the caret were only typed to get here
let isPutting = false;
let looking;

/** The line before the caret is nothing but a slash, in either width. */
const begun = (area) => /(?:^|\n)[/／]$/.test(area.value.slice(0, area.selectionStart));

/** Before the next key: whatever is typed behind the slash is typed into the search. */
function open(typed, tab = 0) {
  if (!button() || picker()) return;
  slash = typed;
  const dialog = document.getElementById("dialog");
  dialog.replaceChildren(document.querySelector("[data-wording-shell]").content.cloneNode(true));
  turn(tab);
  dialog.showModal();
  field().focus();
  window.htmx.process(dialog);
}

function mark(option) {
  if (!picker()) return;
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) field().setAttribute("aria-activedescendant", option.id);
  else field().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
  clearTimeout(looking);
  if (option) looking = setTimeout(() => window.htmx.trigger(option, "look"), 60);
}

const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "error" } }));

/** The letter goes along: what stands in it already is not put in twice. */
async function insert(url, body) {
  if (isPutting) return;
  isPutting = true;
  const area = editor();
  const letter = new FormData(area.closest("form"));
  for (const name of ["text", "request_key", "to", "inbox", "along"]) for (const value of letter.getAll(name)) body.append(name, value);
  body.set("csrfmiddlewaretoken", letter.get("csrfmiddlewaretoken"));
  const headers = { "HX-Request": "true", "X-Person": document.querySelector('meta[name="person"]')?.content ?? "" };
  const response = await fetch(url, { method: "POST", body, headers }).catch(() => null);
  isPutting = false;
  if (!response?.ok) {
    say(JSON.parse(response?.headers.get("HX-Trigger") ?? "{}").toast?.text ?? document.getElementById("words").dataset.offline);
    return;
  }
  const answer = await response.json();
  picker()?.closest("dialog").close();
  put(area, answer, slash);
}

function take(by) {
  const form = picker().querySelector("[data-wording-form]");
  if (form && (by || form.querySelector("[data-wording-take]"))) insert(form.dataset.wordingForm, new FormData(form, by));
}

/** A template that was chosen before the composer was there, in the palette. */
function now() {
  const id = button()?.dataset.wordingNow;
  if (!id || !editor()) return;
  delete button().dataset.wordingNow;
  history.replaceState(history.state, "", location.href.replace(/[?&]template=[^&]*/, ""));
  leave();
  slash = 0;
  insert(`${button().dataset.wordingUrl}/${id}/insert${query()}`, new FormData());
}

/** Enter before what was typed has been answered, or before the preview is there, waits for it. */
function choose() {
  const chosen = picker().querySelector('[role=option][aria-selected="true"]');
  const form = picker().querySelector("[data-wording-form]");
  const isThere = chosen && form?.dataset.wordingForm.includes(`/${chosen.dataset.template}/`);
  const isAnswered = picker().querySelector("[data-typed]")?.dataset.typed === field().value;
  if (isThere && isAnswered) take();
  else picker().dataset.wanted = "";
}

function walked(event) {
  if (!event.target.matches?.("[data-wording-picker] [role=combobox]") || composing(event)) return;
  picker().dataset.walked = "";
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(all.at(at <= 0 ? -1 : at - 1));
  else if (event.key === "Enter") choose();
  else if (/^Arrow(Left|Right)$/.test(event.key) && !field().value) step(event.key === "ArrowRight" ? 1 : -1);
  else if (event.key === "Tab" && !event.shiftKey && firstBlank()) firstBlank().focus();
  else return;
  event.preventDefault();
}

const firstBlank = () => picker().querySelector("[data-wording-form] [name=answer]");

/** In the palette over a letter a template goes into that letter. */
function put_from_palette(event) {
  const option = event.target.closest?.("[data-wording-put]");
  if (!option || !editor() || !button()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  option.closest("dialog").close();
  slash = 0;
  insert(option.dataset.wordingPut + query(), new FormData());
}

document.addEventListener("change", ({ target }) => target.dataset?.after && (target.form.elements.status_after.value = target.checked ? target.dataset.after : target.dataset.before));
document.addEventListener("keydown", walked);
document.addEventListener("click", put_from_palette, true);
document.addEventListener("input", (event) => event.target === editor() && !event.isComposing && event.inputType === "insertText" && begun(event.target) && open(1));
document.addEventListener("compositionend", (event) => event.target === editor() && setTimeout(() => begun(event.target) && open(1)));
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-wording-form]")) return;
  event.preventDefault();
  take(event.submitter);
});
document.addEventListener("click", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && mark(target.closest("[role=option]"), (picker().dataset.walked = "")));
document.addEventListener("dblclick", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && choose());
document.addEventListener("click", ({ target }) => target.closest?.("[data-wording], [data-articles]") && open(0, target.closest("[data-articles]") ? 1 : 0));
document.addEventListener("htmx:after:swap", () => {
  now();
  if (!picker()) return;
  once(options());
  const first = options()[0];
  const isUntouched = !picker().matches("[data-walked]") && first?.getAttribute("aria-selected") !== "true" && !picker().querySelector(".picker-waits");
  if (isUntouched || !picker().querySelector('[role=option][aria-selected="true"]')) mark(first);
  if (picker().matches("[data-wanted]")) choose();
});
setTimeout(now);
