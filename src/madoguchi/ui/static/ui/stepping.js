/** On a phone the composer is a screen of its own: Back closes it, as its own button does, and the draft is kept. */
import { eachNew } from "./common.js";

const MOMENT = 200; // htmx looks a moment later at what was gone back to
let isQuiet = false;

/** What was below the composer is still there: nothing has to be fetched. */
function keepQuiet() {
  isQuiet = true;
  setTimeout(() => { isQuiet = false; }, MOMENT);
}

/** A page that is nothing but a composer has its own way back. */
function opened(form) {
  const isPiece = form.querySelector("[data-close-composer]") && location.pathname !== new URL(form.action).pathname;
  const isNew = isPiece && matchMedia("(width <= 720px)").matches && !history.state?.composer;
  if (isNew) history.pushState({ htmx: true, composer: true }, ""); // htmx writes over states that it does not know
}

function steppedBack() {
  const close = document.querySelector("[data-composer] [data-close-composer]");
  if (!close || isQuiet || history.state?.composer) return;
  keepQuiet();
  document.activeElement?.blur(); // what is typed is saved by leaving it
  close.click();
}

/** Closed by its button, or sent: the step it was goes too. */
function swapped() {
  if (isQuiet || !history.state?.composer || document.querySelector("[data-composer]")) return;
  keepQuiet();
  history.back();
}

export default function start() {
  eachNew("[data-composer]", opened);
  addEventListener("popstate", steppedBack);
  document.addEventListener("htmx:after:swap", swapped);
  document.addEventListener("htmx:before:history:restore", (event) => {
    if (isQuiet) event.preventDefault();
    isQuiet = false;
  });
}
