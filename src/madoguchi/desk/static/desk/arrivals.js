/** The list while things happen: at its top it is fetched anew; further down single rows change in place, and a button
    offers what is new instead of moving what is being read. */

const KINDS = (
  "message_received conversation_opened status_changed assigned team_assigned priority_changed category_changed tags_changed " +
  "reply_written reply_cancelled reply_sent_back reply_failed note_added lock_taken lock_stolen lock_released conversation_split " +
  "conversation_merged change_undone subject_changed conversation_resumed reload"
).split(" ");
const NEW = new Set(["message_received", "conversation_opened", "conversation_resumed", "reload"]);
const WAIT = 200;
const TOP = 12;

const waiting = new Map();
let timer;

const list = () => document.getElementById("rows");
const scroller = () => document.getElementById("list-scroll");
const current = () => document.querySelector("[data-conversation]")?.dataset.conversation ?? "";
const choosing = () => document.getElementById("list")?.hasAttribute("data-selecting");

function address() {
  const url = new URL(list().dataset.rows, location.href);
  if (current()) url.searchParams.set("current", current());
  return url;
}

function refreshAll() {
  offer(false);
  window.htmx.ajax("GET", address().href, { target: "#rows", swap: "innerMorph" });
}

function offer(isThere) {
  document.querySelector("[data-arrivals]")?.toggleAttribute("hidden", !isThere);
}

async function refreshRow(number) {
  const row = document.getElementById(`conversation-${number}`);
  if (!row) return;
  const url = address();
  url.pathname = `/c/${number}/row`;
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!row.isConnected) return;
  if (response.status === 204) row.remove();
  if (response.status === 200) window.htmx.swap({ sourceElement: row, target: row, swap: "outerMorph", text: await response.text() });
}

function refresh() {
  const things = [...waiting];
  waiting.clear();
  if (!list() || !things.length) return;
  if (scroller().scrollTop < TOP && !choosing()) return refreshAll();
  for (const [number, isNew] of things) {
    if (document.getElementById(`conversation-${number}`)) refreshRow(number);
    else if (isNew) offer(true);
  }
  return undefined;
}

function heard({ detail }) {
  const [what, number] = (detail?.subject ?? "").split(":");
  if (what !== "conversation" && detail?.kind !== "reload") return;
  waiting.set(number ?? "", NEW.has(detail.kind) || Boolean(waiting.get(number)));
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT + Math.random() * WAIT);
}

for (const kind of KINDS) document.addEventListener(`live:${kind}`, heard);
// After a deed of one's own the list follows at once.
document.addEventListener("rows", () => {
  if (!list()) return;
  if (scroller().scrollTop < TOP) refreshAll();
  else document.querySelectorAll(".item [data-pick]").forEach((box) => (box.checked || box.value === current()) && refreshRow(box.value));
});
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-arrivals]")) return;
  scroller().scrollTop = 0;
  refreshAll();
});
