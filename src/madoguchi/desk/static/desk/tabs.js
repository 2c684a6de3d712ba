/** The tabs of the picker in the composer: templates and articles, found by the same search field. */
export const picker = () => document.querySelector("[data-wording-picker]");
export const button = () => document.querySelector("[data-wording]");
export const field = () => picker().querySelector("[role=combobox]");
export const query = () => new URL(button().dataset.wording, location.href).search;

const tabs = () => [...picker().querySelectorAll("[role=tab]")];

/** Nothing of the other tab stays: an Enter would put in what is not in sight. */
export function turn(to) {
  for (const [at, tab] of tabs().entries()) tab.setAttribute("aria-selected", String(at === to));
  field().setAttribute("hx-get", tabs()[to].dataset.wordingTab + query());
  for (const pane of picker().querySelectorAll(".picker-panes > *")) pane.replaceChildren();
  delete picker().dataset.walked;
}

function turned(to) {
  if (!tabs()[to]) return;
  turn(to);
  field().focus();
  window.htmx.trigger(field(), "turned");
}

export const step = (by) => turned(tabs().findIndex((tab) => tab.getAttribute("aria-selected") === "true") + by);

document.addEventListener("click", ({ target }) => picker()?.contains(target) && target.closest("[role=tab]") && turned(tabs().indexOf(target.closest("[role=tab]"))));
