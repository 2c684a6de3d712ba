/** The widths of a table's columns: dragged by the grip at the right of each head, and remembered in this browser. */

const KEY = "madoguchi-widths";
const widths = JSON.parse(localStorage.getItem(KEY) ?? "{}");

function apply() {
  for (const head of document.querySelectorAll("[data-column]")) {
    const width = widths[head.dataset.column];
    head.style.minInlineSize = head.style.maxInlineSize = width ? `${width}px` : "";
  }
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip) return;
  const head = grip.closest("[data-column]");
  const begin = event.clientX - head.offsetWidth;
  grip.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => {
    widths[head.dataset.column] = Math.min(900, Math.max(48, Math.round(clientX - begin)));
    apply();
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", () => {
    grip.removeEventListener("pointermove", move);
    localStorage.setItem(KEY, JSON.stringify(widths));
  }, { once: true });
});

apply();
