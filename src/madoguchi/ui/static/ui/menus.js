/** Menus: arrow keys walk, typing in data-filter narrows, choosing closes. Opening is the browser's own popover. */
import { composing } from "./common.js";

const items = (menu) => [...menu.querySelectorAll("li:not([hidden]) > :is(a, button), li:not([hidden]) > label > input, li:not([hidden]) > form > button")];

function walk(event) {
  const menu = event.target.closest?.(".menu");
  if (!menu || composing(event)) return;
  const choices = items(menu);
  const at = choices.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Enter" && event.target.matches("[data-filter]")) {
    event.preventDefault();
    choices[0]?.click();
  }
  if (to === undefined || (event.target.matches("[data-filter]") && ["Home", "End"].includes(event.key))) return;
  event.preventDefault();
  choices.at(to % choices.length)?.focus();
}

function narrow({ target }) {
  if (!target.matches?.("[data-filter]")) return;
  const sought = target.value.normalize("NFKC").toLowerCase().trim();
  for (const line of target.closest(".menu").querySelectorAll("li:not(.gap)")) {
    line.hidden = !line.textContent.normalize("NFKC").toLowerCase().includes(sought);
  }
}

const first = (menu) => menu.querySelector("[data-filter]") ?? items(menu)[0];
let begun; // where opening put the focus

/** What comes into an open menu later comes before the focus, unless one has walked on already. */
function refocus() {
  const menu = document.querySelector(".menu:popover-open");
  if (menu && [begun, document.body].includes(document.activeElement)) (begun = first(menu))?.focus({ preventScroll: true });
}

export default function start() {
  document.addEventListener("keydown", walk);
  document.addEventListener("input", narrow);
  document.addEventListener("click", ({ target }) => {
    const menu = target.closest?.(".menu li > :is(a, button), .menu li > form > button") && target.closest(".menu:popover-open");
    if (menu && menu.dataset.stay === undefined) menu.hidePopover();
  });
  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches?.(".menu") || newState !== "open") return;
    (begun = first(target))?.focus({ preventScroll: true });
  }, true);
  document.addEventListener("htmx:after:swap", refocus);
}
