/** The phone memo: F2 opens it from anywhere, also out of a text field, and ends the talk from within; Ctrl/⌘+Enter keeps it.
    Nothing happens while an IME is composing. Clocks count up: data-since="ISO time". */

const form = () => document.querySelector("[data-memo]");
const field = () => form().querySelector("[data-editor]");
let last = null;

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const memo = event.target.closest?.("[data-memo]");
  const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (event.key === "F2" && !document.querySelector("dialog[open]")) {
    if (memo) memo.querySelector("[data-memo-clock]")?.click();
    else if (form()) (last?.isConnected ? last : field()).focus();
    else (document.querySelector("#ringing [data-memo-open]") ?? document.querySelector("[data-memo-open]"))?.click();
  } else if (memo && isSend) memo.querySelector("[data-memo-save]").click();
  else if (!memo || event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
  event.preventDefault(); // Enter in a field keeps nothing
  event.stopImmediatePropagation();
}

function put(text) {
  const area = last?.isConnected && last.matches("textarea, [name^=w_], [name=subject]") ? last : field();
  area.focus();
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

function tick() {
  for (const place of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 1000));
    place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const prompt = place.matches("[data-memo-talk]") && document.querySelector("[data-memo-prompt]");
    if (!prompt) continue;
    prompt.hidden = seconds < Number(prompt.dataset.memoPrompt);
    place.toggleAttribute("data-late", !prompt.hidden);
  }
}

document.addEventListener("keydown", pressed, true);
document.addEventListener("focusin", ({ target }) => target.matches("[data-memo] :is(input, textarea, select)") && (last = target));
document.addEventListener("click", ({ target }) => {
  const phrase = target.closest?.("[data-memo-put]");
  if (phrase) put(phrase.dataset.memoPut);
});
document.addEventListener("htmx:after:swap", () => {
  tick();
  const fresh = form();
  if (fresh && !fresh.dataset.met) (fresh.querySelector("[aria-invalid=true]") ?? fresh.querySelector("[autofocus]"))?.focus();
  if (fresh) fresh.dataset.met = "1";
});
setInterval(tick, 1000);
