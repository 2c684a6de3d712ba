/** The check before sending: asked for 0.7 s after the last key, never while an IME is open. What it found is marked behind the text
    and led to by a click; a repair replaces the words and can be undone. Slot: [data-preflight] with the address inside a form. */
import { announce, debounce, eachNew, headers } from "./common.js";
import { loggedOut } from "./session.js";

const WAIT = 700;
const fields = { text: "[data-editor]", subject: '[name="subject"]', files: "[data-upload]", to: '[data-recipients-line="to"] input, .chips input, input[name="to"]', cc: '[data-recipients-line="cc"] input, input[name="cc"]', bcc: '[data-recipients-line="bcc"] input, input[name="bcc"]' };

/** Where the words stand now: what was written since may have moved them. */
function locate(value, words, start) {
  if (value.startsWith(words, start)) return start;
  const after = value.indexOf(words, start);
  const before = value.lastIndexOf(words, start);
  if (after < 0 || before < 0) return Math.max(after, before);
  return after - start < start - before ? after : before;
}

class Preflight {
  constructor(slot) {
    this.slot = slot;
    this.form = slot.closest("form");
    this.area = this.form.querySelector("[data-editor]");
    this.marks = document.createElement("div");
    this.marks.className = "marks";
    this.marks.setAttribute("aria-hidden", "true");
    this.area.before(this.marks);
    this.marks.style.font = getComputedStyle(this.area).font; // phones write larger
    this.later = debounce(() => this.ask(), WAIT);
    this.form.addEventListener("input", (event) => this.changed(event));
    this.form.addEventListener("compositionend", () => this.later());
    this.form.addEventListener("change", () => this.later());
    slot.addEventListener("click", (event) => this.clicked(event.target));
    if (slot.childElementCount) this.mark();
    if (!slot.childElementCount || this.form.querySelector("#approval-needed")) this.later();
  }

  changed(event) {
    if (event.target === this.area) this.mark();
    if (!event.isComposing) this.later();
  }

  async ask() {
    if (!this.form.isConnected) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const button = this.form.querySelector("button[data-send]"); // which may say when it leaves
    const body = new FormData(this.form, button);
    body.delete("csrfmiddlewaretoken");
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // bytes wait until it is sent
    try {
      const response = await fetch(this.slot.dataset.preflight, { method: "POST", body, headers: headers(), signal: this.asking.signal });
      loggedOut(response);
      if (response.ok && !response.redirected) this.show(await response.text());
    } catch {
      /* the next key asks again, and sending asks in any case */
    }
  }

  /** What was open stays open, what had the focus keeps it, and nothing is drawn anew without need. */
  show(html) {
    if (!this.form.isConnected || html === this.html) return;
    const open = [...this.slot.querySelectorAll("details[open]")].map((each) => each.id);
    const focused = this.slot.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = this.slot.querySelector(".scroll")?.scrollTop ?? 0;
    this.html = html;
    const { body } = new DOMParser().parseFromString(html, "text/html");
    const beside = [...body.querySelectorAll("[id][role=status]")]; // what has its place elsewhere in the form
    for (const each of beside) {
      const place = this.form.querySelector(`#${each.id}`);
      if (place && place.innerHTML !== each.innerHTML) place.replaceChildren(...each.childNodes);
      each.remove();
    }
    this.slot.replaceChildren(...body.childNodes);
    window.htmx.process(this.slot);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) (document.getElementById(focused) ?? this.slot.querySelector("button, .scroll"))?.focus({ preventScroll: true });
    const list = this.slot.querySelector(".scroll");
    if (list) list.scrollTop = scrolled;
    const said = this.slot.querySelector("[data-said]")?.dataset.said ?? "";
    if (said !== this.said) announce(said);
    this.said = said;
    this.mark();
  }

  /** The same text behind the one that is typed, invisible but for its marks. */
  mark() {
    const value = this.area.value;
    const places = [...this.slot.querySelectorAll('[data-part="text"][data-words]')]
      .map((line) => ({ line, at: locate(value, line.dataset.words, Number(line.dataset.start)), size: line.dataset.words.length }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at);
    const pieces = [];
    let end = 0;
    for (const { line, at, size } of places) {
      if (at < end) continue;
      const mark = document.createElement("mark");
      mark.textContent = value.slice(at, at + size);
      mark.dataset.level = line.dataset.level;
      pieces.push(value.slice(end, at), mark);
      end = at + size;
    }
    this.marks.replaceChildren(...pieces, `${value.slice(end)}\n`);
  }

  clicked(target) {
    const line = target.closest("[data-part]");
    if (!line) return;
    const repair = target.closest("[data-instead]");
    if (target.closest("[data-find]")) this.select(line);
    else if (repair && this.select(line)) this.write(line, repair.dataset.instead);
    else if (target.closest("[data-go]")) this.go(target.closest("[data-go]").dataset.go);
  }

  select(line) {
    const field = this.form.querySelector(fields[line.dataset.part]);
    const words = line.dataset.words ?? "";
    const at = words ? locate(field.value, words, Number(line.dataset.start)) : Math.min(Number(line.dataset.start), field.value.length);
    if (at < 0) return false;
    field.focus({ preventScroll: true });
    field.setSelectionRange(at, at + words.length);
    if (field === this.area) {
      [...this.marks.querySelectorAll("mark")].find((each) => each.textContent === words)?.scrollIntoView({ block: "nearest" });
    }
    return true;
  }

  /** execCommand is old, but the only way that leaves the browser's own undo intact. */
  write(line, text) {
    const field = document.activeElement;
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    line.remove();
    this.mark();
  }

  go(part) {
    const field = this.form.querySelector(fields[part] ?? fields.text);
    if (part === "plan") this.form.querySelector('[popovertarget="send-menu"]')?.click();
    else if (part === "files") field?.click();
    else field?.focus();
  }
}

export default function start() {
  eachNew("[data-preflight]", (slot) => new Preflight(slot));
}
