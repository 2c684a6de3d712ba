/** Drafts that the server keeps no longer, and says why: their letter has gone from another window, or a colleague has taken them over. */
import { headers, memory, person } from "./common.js";
import { showToast } from "./toast.js";

export const draftKey = (form) => `draft:${person()}:${form.dataset.draftUrl}`;

export function say(form, text, isFailed = false) {
  const place = form.querySelector("[data-draft-state]");
  if (!place) return;
  place.textContent = place.title = text;
  place.toggleAttribute("data-failed", isFailed);
}

/** Said at length the first time, for the line has room for few words; not at all of what its own form has just kept. */
export function refused(draft, text) {
  if (draft.isLeaving) return;
  if (!draft.isRefused) showToast({ text, tone: "error", seconds: 60 });
  draft.isRefused = true;
  say(draft.form, text, true);
}

/** Under a new key it is another letter, wherever the old one stands in the form. False where it was this form that sent it. */
export async function beginAnew(draft, body) {
  const { form } = draft;
  if (draft.isLeaving || !form.isConnected) return false;
  body.append("anew", "1");
  const response = await fetch(form.dataset.draftUrl, { method: "POST", body, headers: headers() });
  if (!response.ok) throw new Error(String(response.status));
  const { key, text } = await response.json();
  const old = form.elements.request_key.value;
  for (const each of [form, ...form.querySelectorAll("*")])
    for (const { name, value } of each.attributes) if (value.includes(old)) each.setAttribute(name, value.replaceAll(old, key));
  memory.set(draft.key, null);
  draft.key = draftKey(form);
  showToast({ text, seconds: 60 });
  return true;
}
