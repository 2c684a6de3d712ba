/** The timeline: opens at the unread line or the newest entry, offers a jump instead of jumping, measures mail frames, unfolds for print. */
import { eachNew } from "./common.js";

const atFoot = (timeline) => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 80;

function place(timeline) {
  const named = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1));
  const goal = named || timeline.querySelector(".unread-line");
  const above = goal && goal.getBoundingClientRect().top - timeline.getBoundingClientRect().top;
  timeline.scrollTop = goal ? timeline.scrollTop + above - 16 : timeline.scrollHeight;
}

function follow(timeline) {
  place(timeline);
  let foot = atFoot(timeline);
  timeline.addEventListener("scroll", () => {
    foot = atFoot(timeline);
    if (foot) timeline.querySelector("[data-jump]")?.toggleAttribute("hidden", true);
  }, { passive: true });
  new MutationObserver((changes) => {
    const arrived = changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.classList?.contains("entry")));
    if (!arrived) return;
    if (foot) timeline.scrollTop = timeline.scrollHeight;
    else timeline.querySelector("[data-jump]")?.removeAttribute("hidden");
  }).observe(timeline, { childList: true, subtree: true });
}

/** A sandboxed mail has no scripts of its own; from outside it can be measured when it is of our origin. */
function measure(frame) {
  const fit = () => {
    const height = frame.contentDocument?.body?.scrollHeight;
    if (height) frame.style.setProperty("--mail-size", `${Math.min(height + 2, 6000)}px`);
  };
  frame.addEventListener("load", fit);
  if (frame.contentDocument?.readyState === "complete") fit();
}

export default function start() {
  eachNew(".timeline", follow);
  eachNew(".mail-frame", measure);
  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-jump]")) return;
    const timeline = target.closest(".timeline");
    timeline.scrollTop = timeline.scrollHeight;
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll(".fold").forEach((fold) => (fold.open = true)));
}
