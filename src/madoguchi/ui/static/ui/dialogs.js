/** Dialogs: htmx into #dialog opens it, data-dialog-open="id" opens another, data-confirm asks before a deed. */
import { word } from "./common.js";

const asked = new WeakSet();

/** Where writing begins. On a phone a keyboard would cover what is asked: nothing is chosen there. */
function firstField(dialog) {
  if (matchMedia("(hover: none)").matches) return null;
  const first = dialog.querySelector(".dialog-body :is(input:not([type=hidden]), select, textarea):enabled");
  return (first?.type === "radio" && dialog.querySelector(`[name="${first.name}"]:checked`)) || first;
}

function open(dialog) {
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("[autofocus]") ?? firstField(dialog))?.focus();
}

function ask(element) {
  const dialog = document.getElementById("confirm");
  const { confirm, confirmText, confirmAction, confirmKind } = element.dataset;
  dialog.querySelector("#confirm-title").textContent = confirm;
  dialog.querySelector("#confirm-text").textContent = confirmText ?? "";
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = confirmAction ?? word("yes");
  yes.dataset.kind = confirmKind ?? "danger";
  yes.onclick = () => {
    dialog.close();
    asked.add(element);
    element.click();
    asked.delete(element);
  };
  open(dialog);
}

function clicked(event) {
  const deed = event.target.closest?.("[data-confirm]");
  if (deed && !asked.has(deed)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(deed);
    return;
  }
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) open(document.getElementById(opener.dataset.dialogOpen));
  if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches?.("dialog[open]")) closeFromBackdrop(event);
}

/** A click on the dark ground closes, unless something was typed. */
function closeFromBackdrop({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  const inside = clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  const typed = [...target.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);
  if (!inside && !typed) target.close();
}

/** Whoever was asked before writing goes on in the text: what they had pressed is gone, and letters would be keys. */
function closed(dialog) {
  dialog.replaceChildren();
  const isLost = document.activeElement === document.body && !matchMedia("(hover: none)").matches;
  if (isLost) document.querySelector("[data-composer] [data-editor]")?.focus({ preventScroll: true });
}

export default function start() {
  document.addEventListener("click", clicked, true);
  document.addEventListener("htmx:after:swap", () => {
    const dialog = document.getElementById("dialog");
    if (!dialog) return;
    const isLost = dialog.open && !dialog.contains(document.activeElement); // with what was swapped away
    if (dialog.childElementCount && (!dialog.open || isLost)) open(dialog);
    if (!dialog.childElementCount && dialog.open) dialog.close();
  });
  document.addEventListener("close", ({ target }) => target.id === "dialog" && closed(target), true);
  document.addEventListener("dialog-close", () => document.getElementById("dialog")?.close());
}
