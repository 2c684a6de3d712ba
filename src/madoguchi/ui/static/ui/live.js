/** What happens elsewhere arrives here. One tab of the browser holds the stream (browsers allow few connections) and tells the rest.
    Each event is dispatched on the document as "live:<kind>" with {kind, subject, id, data}; elements with data-live="kind kind"
    (and data-live-subject, when only one subject matters) get the event "live" for their hx-trigger, soon and together. */
import { takesText } from "./common.js";
import { readEvents } from "./stream.js";

const WAIT = 150;
const RECENT = 100;
const recent = [];
let lastId = 0;
const due = new Set();
let timer;

const busy = (element) => {
  const field = takesText(document.activeElement);
  return field && element.contains(field) && !field.closest("[data-live-ignore-focus]");
};

function refresh() {
  for (const element of [...due]) {
    if (!element.isConnected) due.delete(element);
    else if (busy(element)) element.dataset.stale = "";
    else {
      due.delete(element);
      delete element.dataset.stale;
      window.htmx.trigger(element, "live");
    }
  }
}

/** Somebody began to type while the answer was under way: what they type stays, the refresh waits. */
function hold(event) {
  const element = event.detail.ctx?.sourceElement;
  if (!element?.dataset?.live || event.detail.ctx.sourceEvent?.type !== "live" || !busy(element)) return;
  event.preventDefault();
  due.add(element);
  element.dataset.stale = "";
}

function hear(event) {
  if (event.id && event.id <= lastId) return;
  lastId = Math.max(lastId, event.id);
  document.dispatchEvent(new CustomEvent(`live:${event.kind}`, { detail: event }));
  for (const element of document.querySelectorAll("[data-live]")) {
    const kinds = element.dataset.live.split(/\s+/);
    const subject = element.dataset.liveSubject;
    if ((kinds.includes(event.kind) || kinds.includes("*")) && (!subject || subject === event.subject)) due.add(element);
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT);
}

function lost(isLost) {
  document.getElementById("connection")?.toggleAttribute("data-lost", isLost);
}

const channel = "BroadcastChannel" in window ? new BroadcastChannel("madoguchi-live") : null;

/** Runs for as long as this tab lives, once it is the one. */
async function lead(url) {
  channel?.addEventListener("message", ({ data }) => {
    // Another page was rendered at event `after`: it hears again what happened before it could listen.
    if (data.after !== undefined) recent.filter((event) => event.id > data.after).forEach((event) => channel.postMessage({ event }));
  });
  await readEvents(url, {
    after: () => lastId,
    onEvent(event) {
      recent.push(event);
      recent.splice(0, recent.length - RECENT);
      channel?.postMessage({ event });
      hear(event);
    },
    onState(isLost) {
      channel?.postMessage({ isLost });
      lost(isLost);
    },
  });
}

export default function start() {
  document.addEventListener("htmx:before:swap", hold);
  document.addEventListener("focusout", () => setTimeout(refresh, WAIT));
  const url = document.body.dataset.liveUrl;
  if (!url) return;
  lastId = Number(document.body.dataset.liveAfter ?? 0);
  channel?.addEventListener("message", ({ data }) => {
    if (data.event) hear(data.event);
    if (data.isLost !== undefined) lost(data.isLost);
  });
  channel?.postMessage({ after: lastId });
  if (channel && navigator.locks) navigator.locks.request(`madoguchi-live:${url}`, () => lead(url));
  else lead(url);
}
