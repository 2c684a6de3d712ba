/** A mail that was begun with a template learns whom it is to: fields that nobody has filled by hand get their values. */
import { editor } from "./caret.js";

const subject = (form) => form.elements.subject;

function replace(field, source, value) {
  for (let at = field.value.indexOf(source); at >= 0; at = field.value.indexOf(source, at + value.length)) {
    field.setRangeText(value, at, at + source.length, "preserve");
  }
}

async function fill(form, url) {
  const headers = { "HX-Request": "true", "X-Person": document.querySelector('meta[name="person"]')?.content ?? "" };
  const response = await fetch(url, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (!response?.ok || !form.isConnected) return; // the fields stay in sight, and the checks ask for them
  const { fields } = await response.json();
  for (const [source, value] of Object.entries(fields)) for (const field of [editor(), subject(form)]) replace(field, source, value);
  if (Object.keys(fields).length) editor().dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.chips !== "to" || !editor()) return;
  const form = target.closest("form");
  const url = form.querySelector("[data-wording-fill]")?.dataset.wordingFill;
  if (url && target.querySelector("input[type=hidden]") && `${subject(form).value}${editor().value}`.includes("{{")) fill(form, url);
});
