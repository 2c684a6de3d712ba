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

/** A time that is typed chooses the choice it belongs to; another choice takes the time away. */
function choose(field) {
  if (field.dataset.chooses && field.value) {
    const choice = field.form.querySelector(`[type=radio][value="${field.dataset.chooses}"]`);
    if (choice) choice.checked = true;
  } else if (field.type === "radio") {
    const own = field.form?.querySelector("[data-chooses]");
    if (own && field.value !== own.dataset.chooses) own.value = "";
  }
}

export default function start() {
  document.addEventListener("submit", submitted);
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.matches("[data-guard]")) form.dataset.changed = "";
    if (form) choose(target);
  });
  document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
    if (target.matches?.("form[data-empties]") && ctx.response?.raw.ok) target.reset();
  });
  document.addEventListener("htmx:after:request", ({ target }) => target.matches?.("form[data-guard]") && delete target.dataset.changed);
  document.addEventListener("change", ({ target }) => target.matches?.("[data-autosubmit]") && target.form.requestSubmit());
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-reveal]");
    if (button) reveal(button);
  });
  window.addEventListener("beforeunload", leaving);
}

