/** Where one was writing in the letter: browsers forget it behind a dialog, and then the letter takes no key. */
import { show } from "./sight.js";

export const editor = () => document.querySelector("[data-composer] [data-editor]");
let place = [0, 0];

export function leave() {
  place = [editor().selectionStart, editor().selectionEnd];
}

/** Words and files of a template at the caret, in place of so many characters before it; the first gap is selected. */
export function put(area, answer, before) {
  const at = Math.max(place[0] - before, 0);
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
  form.querySelector("[data-along]")?.insertAdjacentHTML("beforeend", answer.along ?? "");
  if (answer.after) form.elements.status_after.value = answer.after;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const gap = answer.missing.map((each) => [area.value.indexOf(each, at), each.length]).filter(([from]) => from >= 0).sort((a, b) => a[0] - b[0])[0];
  if (gap) show(area, gap[0], gap[0] + gap[1]);
  leave();
}

document.addEventListener("focusout", ({ target }) => target === editor() && leave());
document.addEventListener("close", () => document.activeElement === editor() && editor().setSelectionRange(...place), true);
