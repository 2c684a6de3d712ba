/** The list while things happen: at its top it is fetched anew; further down single rows change in place, and a button
    offers what is new instead of moving what is being read. What belongs to the list, but has its place below the rows
    that are there, stands at the top under a heading of its own until its place is reached. */

const KINDS = (
  "message_received conversation_opened status_changed assigned team_assigned priority_changed category_changed tags_changed " +
  "reply_written reply_cancelled reply_sent_back reply_failed note_added lock_taken lock_stolen lock_released conversation_split " +
  "conversation_merged message_moved change_undone subject_changed conversation_resumed reload"
).split(" ");
const NEW = new Set(["message_received", "conversation_opened", "conversation_resumed", "reload"]);
const WAIT = 200;
const TOP = 12;
const MOST_ARRIVED = 5;

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

/** `fresh` are to be shown wherever they belong; `changed` ones stand on the screen, perhaps outside the rows fetched here. */
async function refreshAll(fresh = [], changed = []) {
  offer(false);
  await window.htmx.ajax("GET", address().href, { target: "#rows", swap: "innerMorph" });
  tidyArrived();
  for (const number of changed) if (document.querySelector(`#arrived #conversation-${number}`)) await refreshRow(number);
  for (const number of fresh) await showArrived(number);
}

async function rowOf(number) {
  const url = address();
  url.pathname = `/c/${number}/row`;
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  return { status: response.status, text: await response.text() };
}

async function showArrived(number) {
  if (document.getElementById(`conversation-${number}`)) return refreshRow(number);
  const { status, text } = await rowOf(number);
  const place = document.querySelector("#arrived > ol");
  if (status !== 200 || !place || document.getElementById(`conversation-${number}`)) return undefined;
  await window.htmx.swap({ sourceElement: place, target: place, swap: "afterbegin", text });
  for (const row of [...place.children].slice(MOST_ARRIVED)) row.remove();
  return tidyArrived();
}

function tidyArrived() {
  const place = document.querySelector("#arrived > ol");
  if (!place) return;
  for (const row of [...place.children]) if (document.querySelector(`#rows > #${row.id}`)) row.remove();
  place.parentElement.hidden = !place.children.length;
}

function offer(isThere) {
  document.querySelector("[data-arrivals]")?.toggleAttribute("hidden", !isThere);
}

async function refreshRow(number) {
  const row = document.getElementById(`conversation-${number}`);
  if (!row) return;
  const { status, text } = await rowOf(number);
  if (!row.isConnected) return;
  if (status === 204) row.remove();
  if (status === 200) await window.htmx.swap({ sourceElement: row, target: row, swap: "outerMorph", text });
  tidyArrived();
}

function refresh() {
  const things = [...waiting];
  waiting.clear();
  if (!list() || !things.length) return;
  if (scroller().scrollTop < TOP && !choosing()) {
    const numbers = (isFresh) => things.filter(([number, isNew]) => number && isNew === isFresh).map(([number]) => number);
    return refreshAll(numbers(true), numbers(false));
  }
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
document.addEventListener("htmx:after:swap", tidyArrived);
// After a deed of one's own the list follows at once.
document.addEventListener("rows", () => {
  if (!list()) return;
  const touched = [...document.querySelectorAll(".item [data-pick]")].filter((box) => box.checked || box.value === current());
  const numbers = touched.map((box) => box.value);
  if (scroller().scrollTop < TOP) refreshAll([], numbers);
  else numbers.forEach(refreshRow);
});
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-arrivals]")) return;
  scroller().scrollTop = 0;
  refreshAll();
});
