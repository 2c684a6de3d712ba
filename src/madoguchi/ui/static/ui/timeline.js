/** The timeline: opens where the words to be answered begin, offers a jump instead of jumping, measures mail frames, unfolds for print. */
import { eachNew } from "./common.js";

const atFoot = (timeline) => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 80;

/** The first of the newest words of the customer that we have not answered, else the newest ones. */
function unanswered(timeline) {
  const entries = [...timeline.querySelectorAll('.entry[data-kind="customer"], .entry[data-kind="ours"]:not([data-state="cancelled"])')];
  const last = entries.findLastIndex(({ dataset }) => dataset.kind === "customer");
  const before = entries.slice(0, Math.max(last, 0)).findLastIndex(({ dataset }) => dataset.kind === "ours");
  return entries[before + 1 <= last ? before + 1 : last];
}

/** Brings the beginning of an entry to the top; if what follows is short, that is the foot of the timeline. */
function show(timeline, entry) {
  const above = entry && entry.getBoundingClientRect().top - timeline.getBoundingClientRect().top;
  timeline.scrollTop = entry ? timeline.scrollTop + above - 16 : timeline.scrollHeight;
}

function place(timeline) {
  const named = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1));
  show(timeline, named || timeline.querySelector(".unread-line") || unanswered(timeline));
}

function follow(timeline) {
  place(timeline);
  let foot = atFoot(timeline);
  timeline.addEventListener("scroll", () => {
    foot = atFoot(timeline);
    if (foot) timeline.querySelector("[data-jump]")?.toggleAttribute("hidden", true);
  }, { passive: true });
  // The composer opens below: whoever stood at the foot goes on seeing what is to be answered.
  new ResizeObserver(() => foot && show(timeline, unanswered(timeline))).observe(timeline);
  new MutationObserver((changes) => {
    const arrived = changes.flatMap(({ addedNodes }) => [...addedNodes]).find((node) => node.classList?.contains("entry"));
    if (!arrived) return;
    if (foot) show(timeline, arrived);
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
