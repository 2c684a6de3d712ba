/** Templates in the composer: / at the beginning of a line opens the picker, arrows walk, Enter puts the words in at the caret. */
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
  if (!document.execCommand("insertText", false, answer.text)) {
    area.setRangeText(answer.text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const gap = answer.missing.map((each) => [area.value.indexOf(each, at), each.length]).filter(([place]) => place >= 0).sort((a, b) => a[0] - b[0])[0];
  if (gap) area.setSelectionRange(gap[0], gap[0] + gap[1]);
  const form = area.closest("form");
  const subject = form.querySelector("input[name=subject]");
  if (subject && answer.subject && (!subject.value.trim() || form.dataset.mode === "new")) subject.value = answer.subject;
  form.querySelector("[data-files]")?.insertAdjacentHTML("beforeend", answer.files); // our own server's escaped template
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

async function take() {
  const form = picker().querySelector("[data-wording-form]");
  const area = editor();
  if (!form || !area) return;
  const letter = new FormData(area.closest("form"));
  const body = new FormData(form);
  for (const name of ["text", "request_key", "to", "inbox"]) for (const value of letter.getAll(name)) body.append(name, value);
  const response = await fetch(form.dataset.wordingForm, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  picker()?.closest("dialog").close();
  if (response.ok) put(area, answer);
}

/** Enter on a line whose preview is not there yet waits for it. */
function choose() {
  const chosen = picker().querySelector('[aria-selected="true"]');
  if (!chosen) return;
  const form = picker().querySelector("[data-wording-form]");
  if (form?.dataset.wordingForm.includes(`/${chosen.dataset.template}/`)) take();
  else document.addEventListener("htmx:after:swap", () => picker() && choose(), { once: true });
}

function walked(event) {
  if (!event.target.matches?.("[data-wording-picker] [role=combobox]") || composing(event)) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(all.at(at <= 0 ? -1 : at - 1));
  else if (event.key === "Enter") choose();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", walked);
document.addEventListener("input", (event) => event.target === editor() && !event.isComposing && event.inputType === "insertText" && begun(event.target) && open(event.target));
document.addEventListener("compositionend", (event) => event.target === editor() && setTimeout(() => begun(event.target) && open(event.target)));
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-wording-form]")) return;
  event.preventDefault();
  take();
});
document.addEventListener("click", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && mark(target.closest("[role=option]")));
document.addEventListener("dblclick", ({ target }) => picker()?.contains(target) && target.closest("[role=option]") && choose());
document.addEventListener("click", ({ target }) => target.closest?.("[data-wording]") && (slash = 0));
document.addEventListener("htmx:after:swap", () => picker() && !picker().querySelector('[aria-selected="true"]') && mark(options()[0]));
document.addEventListener("focusout", ({ target }) => target === editor() && (place = [target.selectionStart, target.selectionEnd]));
