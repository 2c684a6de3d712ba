/** The composer: Ctrl/⌘+Enter sends and nothing else does, the lock is renewed while typing, phrases go in at the caret. */
import { composing, eachNew } from "./common.js";
import { editor, insert } from "./insert.js";

const PREVIEW_WAIT = 300;

function pressed(event) {
  const form = event.target.closest?.("[data-composer]");
  if (!form || event.key !== "Enter") return;
  if (composing(event)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const send = form.querySelector("[data-send]");
    if (send && !send.disabled) send.click();
  } else if (event.target.matches("input")) {
    event.preventDefault(); // Enter in the subject never sends
  }
}

/** The words selected in the message above, each line behind its mark; nothing if none are. */
function chosenWords() {
  const chosen = getSelection();
  const words = chosen.isCollapsed ? "" : chosen.toString().trim();
  if (!words || !chosen.anchorNode.parentElement?.closest(".words, blockquote")) return "";
  return words.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

/** A part is quoted where one writes, and never within or below the signature; the whole stands below it, once. */
function quote(whole) {
  const area = editor();
  const closing = document.getElementById("closing")?.content.textContent.trim();
  const signature = closing ? area.value.lastIndexOf(closing) : -1;
  const part = chosenWords();
  const caret = area.selectionStart;
  if (part) {
    const at = signature >= 0 ? Math.min(caret, signature) : caret;
    area.setSelectionRange(at, at);
    insert(`${at && area.value[at - 1] !== "\n" ? "\n" : ""}${part}\n\n`);
    return;
  }
  if (area.value.includes(whole.trim())) return;
  const height = area.offsetHeight;
  area.setSelectionRange(area.value.length, area.value.length);
  insert(area.value.endsWith("\n") ? whole : `\n${whole}`);
  area.setSelectionRange(caret, caret);
  area.closest(".editor").scrollTop = height - area.closest(".editor").clientHeight / 2;
}

function wrap(mark) {
  const area = editor();
  if (!area) return;
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  insert(`${mark}${chosen}${mark}`);
  if (!chosen) area.selectionEnd = area.selectionStart -= mark.length;
}

/** Put a mark before each line that is chosen; a numbered list goes on counting. */
function prefix(mark) {
  const area = editor();
  if (!area) return;
  const { value, selectionStart, selectionEnd } = area;
  const begin = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", Math.max(selectionEnd - (selectionEnd > selectionStart ? 1 : 0), begin));
  area.setSelectionRange(begin, end < 0 ? value.length : end);
  const before = index => mark === "1. " ? `${index + 1}. ` : mark;
  insert(value.slice(begin, area.selectionEnd).split("\n").map((line, index) => before(index) + line).join("\n"));
}

/** A link around the chosen words; its address is chosen, to be typed or pasted over. */
function link() {
  const area = editor();
  if (!area) return;
  const words = area.value.slice(area.selectionStart, area.selectionEnd).replace(/[[\]\n]/g, " ");
  insert(`[${words}](https://)`);
  const end = area.selectionStart - (words ? 1 : "](https://)".length);
  area.setSelectionRange(words ? end - "https://".length : end, end);
}

let previewing;
/** What the customer will see stands beside what is typed. */
function preview(form) {
  clearTimeout(previewing);
  const place = form?.querySelector("[data-preview-url]");
  if (!place) return;
  if (!form.querySelector("[data-rich]")?.checked) place.replaceChildren();
  else previewing = setTimeout(() => window.htmx.ajax("POST", place.dataset.previewUrl, { source: form, target: "#preview", swap: "innerHTML" }), PREVIEW_WAIT);
}

function clicked({ target }) {
  const inserted = target.closest?.("[data-insert]")?.dataset.insert;
  if (inserted) insert(inserted);
  const quoted = target.closest?.("[data-quote]")?.dataset.quote;
  if (quoted) quote(document.querySelector(quoted).content.textContent);
  const mark = target.closest?.("[data-wrap]")?.dataset.wrap;
  if (mark) wrap(mark);
  const before = target.closest?.("[data-prefix]")?.dataset.prefix;
  if (before) prefix(before);
  if (target.closest?.("[data-linked]")) link();
  const shown = target.closest?.("[data-show-line]")?.dataset.showLine;
  if (shown) {
    const line = document.querySelector(`[data-recipients-line="${shown}"]`);
    line.hidden = false;
    line.querySelector("input").focus();
    target.closest("[data-show-line]").hidden = true;
  }
}

/** At most one renewal per data-lock-every seconds, and only while something is being typed. */
function renew(form) {
  const every = Number(form.dataset.lockEvery ?? 15) * 1000;
  let last = Date.now();
  form.addEventListener("input", () => {
    if (!form.dataset.lockUrl || Date.now() - last < every) return;
    last = Date.now();
    window.htmx.ajax("POST", form.dataset.lockUrl, { source: form, target: form.dataset.lockTarget ?? "#lock", swap: "innerHTML", values: {} });
  });
}

function greet(form) {
  renew(form);
  preview(form);
  form.addEventListener("input", () => preview(form));
  const wanted = form.querySelector('[aria-invalid="true"]') ?? form.querySelector("[autofocus]");
  if (wanted) return void wanted.focus();
  const area = editor(form);
  const phone = matchMedia("(hover: none)").matches;
  if (!area || form.dataset.quiet !== undefined || phone) return;
  const at = Number(area.dataset.caret ?? 0);
  const begin = () => (area.focus({ preventScroll: true }), area.setSelectionRange(at, at));
  document.querySelector("dialog[open]")?.addEventListener("close", begin, { once: true }); // it gives the focus back to its opener
  begin();
}

export default function start() {
  eachNew("[data-composer]", greet);
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
}
