/** Drafts: saved 0.8 s after the last key, on leaving the field and on leaving the page. Until the server has it, a copy lies in
    this browser; after a crash it comes back. What a newer text stands against (409) is laid aside and offered, never written over it.
    What is written on after its letter was sent elsewhere (X-Anew) goes on as a new draft. Form: data-draft-url. Its state is written into [data-draft-state]. */
import { beginAnew, draftKey, refused, say } from "./anew.js";
import { debounce, eachNew, headers, memory, word } from "./common.js";
import { loggedIn, loggedOut } from "./session.js";
import { showToast } from "./toast.js";

const WAIT = 800;
const KEEP_ALIVE_MOST = 60000; // browsers refuse larger bodies while a page goes away

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hour12: false });

class Draft {
  constructor(form) {
    this.form = form;
    this.key = draftKey(form);
    this.dirty = false;
    this.saving = null;
    this.later = debounce(() => this.save(), WAIT);
    this.restore();
    this.offerOther();
    form.addEventListener("input", (event) => !event.target.closest("[data-no-draft]") && this.touched());
    form.addEventListener("focusout", () => this.dirty && this.save());
    // What puts something else in the place of the form sends it or throws it away; the lock and the preview do not.
    const replaces = ({ target }) => target === form || target.id === form.dataset.place;
    form.addEventListener("htmx:before:request", ({ detail: { ctx } }) => replaces(ctx) && this.leaves());
    form.addEventListener("htmx:after:request", ({ detail: { ctx } }) => replaces(ctx) && this.answered(ctx));
  }

  get area() {
    return this.form.querySelector("[data-editor]");
  }

  restore() {
    const kept = memory.get(this.key);
    if (kept === null || !this.area || kept === this.area.value) return memory.set(this.key, null);
    this.area.value = kept;
    showToast({ text: word("draftRestored") });
    return this.touched();
  }

  get otherKey() {
    return `other:${this.key}`;
  }

  /** Both texts stay until the letter is gone: whichever is not in the form lies aside. */
  offerOther() {
    const other = memory.get(this.otherKey);
    if (other === null || !this.area) return;
    if (other === this.area.value) return memory.set(this.otherKey, null);
    const change = () => {
      memory.set(this.otherKey, this.area.value);
      this.area.value = other;
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
      this.offerOther();
    };
    return showToast({ text: word("draftOther"), undo: change, undoLabel: word("draftChange"), seconds: 60 });
  }

  /** A newer text of another window: what is written here from now on lies aside, for the person to choose. */
  layAside(answer) {
    this.isAside = true;
    this.later.cancel();
    memory.set(this.key, null);
    memory.set(this.otherKey, this.area?.value ?? null);
    say(this.form, answer, true);
  }

  touched() {
    if (this.isAside) return memory.set(this.otherKey, this.area?.value ?? null);
    this.dirty = true;
    if (this.area) memory.set(this.key, this.area.value);
    return this.later();
  }

  leaves() {
    this.later.cancel();
    this.isLeaving = true; // what is being saved now may come after the letter
  }

  /** A letter that was taken needs no copy any more; one that was not is still to be saved. */
  answered({ request, response }) {
    if (request.method === "GET") return;
    if (response.status < 400) return this.finish();
    this.isLeaving = false;
    if (this.dirty) this.later();
  }

  async save(leaving = false) {
    this.later.cancel();
    if (!this.dirty || !this.form.isConnected || (this.isLeaving && this.form.dataset.place)) return;
    if (this.saving && !leaving) {
      this.later();
      return;
    }
    this.dirty = false;
    const body = new FormData(this.form);
    body.delete("csrfmiddlewaretoken"); // it is as old as the page, the header is not
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // files are kept as they are chosen
    const keepalive = leaving && (this.area?.value.length ?? 0) * 3 < KEEP_ALIVE_MOST;
    this.saving = fetch(this.form.dataset.draftUrl, { method: "POST", body, headers: headers(), keepalive });
    try {
      const response = await this.saving;
      loggedOut(response);
      if (response.status === 409 && this.form.elements.opened_with) return this.layAside(await response.text());
      const isLate = response.status === 409 && response.headers.has("X-Anew");
      if (isLate && !(await beginAnew(this, body))) return;
      if (response.status === 409 && !isLate) return refused(this, await response.text());
      if (!isLate && (!response.ok || response.redirected)) throw new Error(String(response.status));
      loggedIn();
      if (!this.dirty) memory.set(this.key, null);
      say(this.form, word("draftSaved", clock()));
      this.failures = 0;
    } catch {
      this.dirty = true;
      this.failures = (this.failures ?? 0) + 1;
      say(this.form, word("draftFailed"), true);
      setTimeout(() => this.later(), Math.min(30000, 2000 * 2 ** this.failures));
    } finally {
      this.saving = null;
    }
  }

  finish() {
    this.later.cancel();
    this.dirty = false;
    memory.set(this.key, null);
    memory.set(this.otherKey, null);
  }
}

export default function start() {
  const drafts = new Set();
  eachNew("form[data-draft-url]", (form) => drafts.add(new Draft(form)));
  const leave = () => {
    for (const draft of drafts) {
      if (!draft.form.isConnected) drafts.delete(draft);
      else if (draft.dirty) draft.save(document.hidden);
    }
  };
  document.addEventListener("visibilitychange", leave);
  window.addEventListener("online", leave);
  window.addEventListener("focus", leave);
  window.addEventListener("pagehide", leave);
  document.addEventListener("htmx:before:swap", leave); // another conversation may replace the form: save what is in it
}
