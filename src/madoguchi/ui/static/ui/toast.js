/** Toasts: what was done, 元に戻す, and the countdown until a mail really leaves. From a template or the event "toast". */
import { word } from "./common.js";

const region = () => document.getElementById("toasts");

function button(kind, label, mark) {
  const made = document.createElement("button");
  made.className = "button";
  made.type = "button";
  made.dataset.kind = kind;
  if (mark) made.setAttribute("aria-label", label);
  made.textContent = mark ?? label;
  return made;
}

/** Shows a line: {text, tone: "error", undo: function, undoLabel, seconds}. */
export function showToast({ text, tone = "", undo = null, undoLabel = word("undo"), seconds = 8 }) {
  const toast = document.createElement("div");
  toast.className = "toast";
  if (tone) toast.dataset.tone = tone;
  if (tone === "error") toast.setAttribute("role", "alert");
  toast.dataset.seconds = seconds;
  const line = document.createElement("span");
  line.textContent = text;
  toast.append(line);
  if (undo) {
    const back = button("link", undoLabel);
    back.addEventListener("click", () => {
      toast.remove();
      undo();
    });
    toast.append(back);
  }
  const close = button("icon", word("close"), "×");
  close.dataset.toastClose = "";
  toast.append(close);
  region()?.append(toast);
}

function watch(toast) {
  if (toast.dataset.watched !== undefined) return;
  toast.dataset.watched = "";
  const ends = toast.dataset.countdown ? Date.now() + Number(toast.dataset.countdown) * 1000 : 0;
  let left = Number(toast.dataset.countdown || toast.dataset.seconds || 8);
  const line = toast.querySelector("span");
  line.setAttribute("aria-live", "off"); // read once, not at every second
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    // A toast being pointed at or tabbed into waits; a countdown cannot: the mail leaves on time.
    if (!ends && toast.matches(":hover, :focus-within")) return undefined;
    left = ends ? Math.ceil((ends - Date.now()) / 1000) : left - 1;
    if (left <= 0) {
      toast.remove();
      return clearInterval(timer);
    }
    if (ends) line.textContent = word("sendIn", left);
    return undefined;
  }, 1000);
  if (ends) line.textContent = word("sendIn", left);
}

export default function start() {
  const shelf = region();
  if (!shelf) return;
  const refresh = () => {
    const toasts = region().querySelectorAll(".toast");
    toasts.forEach(watch);
    [...toasts].slice(0, -4).forEach((old) => old.remove());
    if (!toasts.length || !region().showPopover) return;
    if (region().matches(":popover-open")) region().hidePopover();
    region().showPopover(); // last into the top layer: above an open dialog
  };
  new MutationObserver((changes) => changes.some((change) => change.addedNodes.length) && refresh()).observe(shelf, { childList: true });
  if (shelf.querySelector(".toast")) refresh();
  document.addEventListener("click", (event) => event.target.closest?.("[data-toast-close]")?.closest(".toast").remove());
  document.addEventListener("htmx:after:request", ({ target }) => target.closest?.(".toast")?.remove());
  document.addEventListener("toast", ({ detail }) => showToast(detail));
}
