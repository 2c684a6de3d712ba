/** Says which conversation is before one's eyes, and gives the reply lock back when its composer goes away. */
import { tell } from "./tell.js";

const EVERY = 30000;
let viewed = "";
let unlock = "";

function look() {
  const now = document.querySelector("[data-viewing-url]")?.dataset.viewingUrl ?? "";
  if (now !== viewed) {
    if (viewed) tell(viewed, { left: "1" });
    viewed = now;
    if (viewed && !document.hidden) tell(viewed);
  }
  const lock = document.querySelector("[data-unlock-url]")?.dataset.unlockUrl ?? "";
  if (unlock && lock !== unlock) tell(unlock);
  unlock = lock;
}

look();
document.addEventListener("htmx:after:swap", () => setTimeout(look));
setInterval(() => viewed && !document.hidden && tell(viewed), EVERY);
document.addEventListener("visibilitychange", () => viewed && tell(viewed, document.hidden ? { left: "1" } : {}));
window.addEventListener("pagehide", () => {
  if (viewed) tell(viewed, { left: "1" });
  if (unlock) tell(unlock);
});
window.addEventListener("pageshow", (event) => event.persisted && viewed && tell(viewed));
