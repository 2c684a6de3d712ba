/** Forms: sent once, a warning before unsaved changes are left, secrets shown on demand, choices that send themselves. */

function submitted(event) {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method === "dialog") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  delete form.dataset.changed;
  setTimeout(() => delete form.dataset.sent, 8000); // the answer may be a download, and the page stays
}

function leaving(event) {
  if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

export default function start() {
  document.addEventListener("submit", submitted);
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.matches("[data-guard]")) form.dataset.changed = "";
  });
  document.addEventListener("htmx:after:request", ({ target }) => target.matches?.("form[data-guard]") && delete target.dataset.changed);
  document.addEventListener("change", ({ target }) => target.matches?.("[data-autosubmit]") && target.form.requestSubmit());
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-reveal]");
    if (button) reveal(button);
  });
  window.addEventListener("beforeunload", leaving);
}

