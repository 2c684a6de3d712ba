/** Words put into the letter at the caret; where no letter is open they begin one. */

export const editor = (within = document) => within.querySelector("[data-editor]:not(#memo-text)");
let waiting = {}; // words for a letter that is being opened, and whose
const place = () => document.querySelector("[data-conversation]")?.dataset.conversation;

/** Words without a letter to put them in begin one; they wait while somebody else's has to be taken over. */
function begin(text) {
  waiting = { text, place: place() };
  document.querySelector('.reply-bar [data-key="r"]')?.click();
}

function begun() {
  if (!waiting.text || !editor()) return;
  const { text } = waiting;
  if (waiting.place === place()) setTimeout(() => insert(text));
  waiting = {};
}

/** execCommand is old, but the only way that leaves the browser's own undo intact. */
export function insert(text) {
  const area = editor();
  if (!area) return begin(text);
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export default function start() {
  document.addEventListener("htmx:after:swap", begun);
}
