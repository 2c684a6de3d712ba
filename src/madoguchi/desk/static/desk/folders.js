/** The folders of the rail: folded ones stay folded in this browser; rows are dragged onto a folder. */

const KEY = "madoguchi-folded";
const folded = new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));

function apply() {
  for (const button of document.querySelectorAll("[data-fold]")) button.setAttribute("aria-expanded", String(!folded.has(button.dataset.fold)));
  for (const line of document.querySelectorAll("[data-within]")) line.hidden = line.dataset.within.split(" ").some((key) => folded.has(key));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-fold]");
  if (!button) return;
  const key = button.dataset.fold;
  if (!folded.delete(key)) folded.add(key);
  localStorage.setItem(KEY, JSON.stringify([...folded]));
  apply();
});

/** What is dragged: the chosen rows where the dragged one is among them, else that one alone. */
function numbers(row) {
  const own = row.closest(".item").querySelector("[data-pick]").value;
  const chosen = [...document.querySelectorAll("[data-pick]:checked")].map((box) => box.value);
  return chosen.includes(own) ? chosen : [own];
}

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row) event.dataTransfer.setData("application/x-conversations", numbers(row).join(" "));
});

document.addEventListener("dragover", (event) => {
  const place = event.target.closest?.("[data-drop]");
  if (place && event.dataTransfer.types.includes("application/x-conversations")) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const place = event.target.closest?.("[data-drop]");
  const dragged = event.dataTransfer.getData("application/x-conversations");
  if (!place || !dragged) return;
  event.preventDefault();
  window.htmx.ajax("POST", place.dataset.drop, { source: place, swap: "none", values: { conversation: dragged } });
});

document.addEventListener("htmx:after:swap", apply);
apply();
