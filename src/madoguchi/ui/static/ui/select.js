/** Several rows at once: data-pick boxes, Shift for a range, a bar (data-select-bar) that counts, Escape lets go. */
import { announce, composing, word } from "./common.js";

let last = null;
const boxes = () => [...document.querySelectorAll("[data-pick]")];

function refresh() {
  const chosen = boxes().filter((box) => box.checked).length;
  const bar = document.querySelector("[data-select-bar]");
  if (!bar) return;
  bar.hidden = !chosen;
  bar.querySelector("[data-select-count]").textContent = word("selected", chosen);
  const all = bar.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  document.getElementById("list")?.toggleAttribute("data-selecting", chosen > 0 || bar.dataset.asked !== undefined);
}

/** What could not be done stays chosen. */
function letGo(event) {
  const keep = event?.detail?.keep ?? [];
  for (const box of boxes()) box.checked = keep.includes(Number(box.value));
  const bar = document.querySelector("[data-select-bar]");
  if (bar) delete bar.dataset.asked;
  refresh();
}

function clicked(event) {
  const box = event.target.closest?.("[data-pick]");
  if (box) {
    const all = boxes();
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    refresh();
    announce(word("selected", all.filter((one) => one.checked).length));
  }
  if (event.target.closest?.("[data-select-start]")) {
    document.querySelector("[data-select-bar]").dataset.asked = "";
    refresh();
  }
  if (event.target.closest?.("[data-select-end]")) letGo();
}

export default function start() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.("[data-select-all]")) return;
    for (const box of boxes()) box.checked = target.checked;
    refresh();
  });
  document.addEventListener("keydown", (event) => {
    const free = !composing(event) && !document.querySelector("dialog[open], .menu:popover-open");
    if (event.key === "Escape" && free && boxes().some((box) => box.checked)) letGo();
  });
  document.addEventListener("htmx:after:swap", refresh);
  document.addEventListener("selection-done", letGo);
}
