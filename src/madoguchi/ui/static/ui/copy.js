/** data-copy="text", or data-copy-from="#id", to the clipboard, with a word that it happened. */
import { word } from "./common.js";
import { showToast } from "./toast.js";

export default function start() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    await navigator.clipboard.writeText(source ? (source.value ?? source.textContent).trim() : button.dataset.copy);
    showToast({ text: word("copied"), seconds: 3 });
  });
}
