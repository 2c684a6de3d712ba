/** Templates in the composer: / at the beginning of a line opens the picker, arrows walk, Enter puts the words in at the caret. */
import { once } from "./once.js";
import { show } from "./sight.js";

const editor = () => document.querySelector("[data-composer] [data-editor]");
const picker = () => document.querySelector("[data-wording-picker]");
const options = () => [...picker().querySelectorAll('[role="option"]')];
const composing = (event) => event.isComposing || event.keyCode === 229;
let slash = 0; // how many characters before the caret were only typed to get here
let looking;
let place = [0, 0]; // where the caret was: browsers forget it behind a dialog

/** The line before the caret is nothing but a slash, in either width. */
const begun = (area) => /(?:^|\n)[/／]$/.test(area.value.slice(0, area.selectionStart));

function open(area) {
  area.closest("form").querySelector("[data-wording]")?.click();
  slash = 1;
}

function mark(option) {
  if (!picker()) return;
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  const input = picker().querySelector("[role=combobox]");
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
  clearTimeout(looking);
  if (option) looking = setTimeout(() => window.htmx.trigger(option, "look"), 60);
}

function put(area, answer) {
  const at = Math.max(place[0] - slash, 0);
  area.focus();
  area.setSelectionRange(at, place[1]);
  const isApart = answer.text.includes("\n") && at > 0 && area.value[at - 1] !== "\n";
  const text = `${isApart ? "\n\n" : ""}${answer.text}`;
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const form = area.closest("form");
  const subject = form.querySelector("input[name=subject]");
  if (subject && answer.subject && (!subject.value.trim() || form.dataset.mode === "new")) subject.value = answer.subject;
  form.querySelector("[data-files]")?.insertAdjacentHTML("beforeend", answer.files); // our own server's escaped template
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const gap = answer.missing.map((each) => [area.value.indexOf(each, at), each.length]).filter(([place]) => place >= 0).sort((a, b) => a[0] - b[0])[0];
  if (gap) show(area, gap[0], gap[0] + gap[1]);
}

const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "error" } }));

/** The letter goes along: what stands in it already is not put in twice. */
async function insert(url, body) {
  const area = editor();
  const letter = new FormData(area.closest("form"));
  for (const name of ["text", "request_key", "to", "inbox"]) for (const value of letter.getAll(name)) body.append(name, value);
  body.set("csrfmiddlewaretoken", letter.get("csrfmiddlewaretoken"));
  const headers = { "HX-Request": "true", "X-Person": document.querySelector('meta[name="person"]')?.content ?? "" };
  const response = await fetch(url, { method: "POST", body, headers }).catch(() => null);
  if (!response?.ok) {
    say(JSON.parse(response?.headers.get("HX-Trigger") ?? "{}").toast?.text ?? document.getElementById("words").dataset.offline);
    return;
  }
  const answer = await response.json();
  picker()?.closest("dialog").close();
  put(area, answer);
}

function take() {
  const form = picker().querySelector("[data-wording-form]");
  if (form) insert(form.dataset.wordingForm, new FormData(form));
}

/** A template that was chosen before the composer was there, in the palette. */
function now() {
  const button = document.querySelector("[data-wording-now]");
  if (!button || !editor()) return;
  const id = button.dataset.wordingNow;
  delete button.dataset.wordingNow;
  history.replaceState(history.state, "", location.href.replace(/[?&]template=[^&]*/, ""));
  place = [editor().selectionStart, editor().selectionEnd];
  slash = 0;
  const asked = new URL(button.getAttribute("hx-get"), location.href).search;
  insert(`${button.dataset.wordingUrl}/${id}/insert${asked}`, new FormData());
}

/** Enter before what was typed has been answered, or before the preview is there, waits for it. */
function choose() {
  const chosen = picker().querySelector('[aria-selected="true"]');
  const form = picker().querySelector("[data-wording-form]");
  const isThere = chosen && form?.dataset.wordingForm.includes(`/${chosen.dataset.template}/`);
  if (isThere && !picker().matches("[data-stale]")) take();
  else document.addEventListener("htmx:after:swap", () => picker() && choose(), { once: true });
}

function walked(event) {
  if (!event.target.matches?.("[data-wording-picker] [role=combobox]") || composing(event)) return;
  picker().dataset.walked = "";
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(all.at(at <= 0 ? -1 : at - 1));
  else if (event.key === "Enter") choose();
  else if (event.key === "Tab" && !event.shiftKey && firstBlank()) firstBlank().focus();
  else return;
  event.preventDefault();
}

const firstBlank = () => picker().querySelector("[data-wording-form] [name=answer]");

/** In the palette over a letter a template goes into that letter. */
function put_from_palette(event) {
  const option = event.target.closest?.("[data-wording-put]");
  const button = document.querySelector("[data-wording]");
  if (!option || !editor() || !button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  option.closest("dialog").close();
  slash = 0;
  insert(option.dataset.wordingPut + new URL(button.getAttribute("hx-get"), location.href).search, new FormData());
}

document.addEventListener("keydown", walked);
document.addEventListener("click", put_from_palette, true);
document.addEventListener("input", (event) => event.target === editor() && !event.isComposing && event.inputType === "insertText" && begun(event.target) && open(event.target));
document.addEventListener("compositionend", (event) => event.target === editor() && setTimeout(() => begun(event.target) && open(event.target)));
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-wording-form]")) return;
  event.preventDefault();
  take();
});
document.addEventListener("click", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && mark(target.closest("[role=option]"), (picker().dataset.walked = "")));
document.addEventListener("dblclick", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && choose());
document.addEventListener("click", ({ target }) => target.closest?.("[data-wording]") && (slash = 0));
document.addEventListener("input", ({ target }) => target.matches?.("[data-wording-picker] [role=combobox]") && (picker().dataset.stale = ""));
document.addEventListener("htmx:after:swap", ({ target }) => {
  now();
  if (!picker()) return;
  if (target.matches?.("[role=combobox]")) delete picker().dataset.stale;
  once(options());
  const first = options()[0];
  const isUntouched = !picker().matches("[data-walked]") && first?.getAttribute("aria-selected") !== "true" && !picker().querySelector(".picker-waits");
  if (isUntouched || !picker().querySelector('[aria-selected="true"]')) mark(first);
});
setTimeout(now);
document.addEventListener("focusout", ({ target }) => target === editor() && (place = [target.selectionStart, target.selectionEnd]));
