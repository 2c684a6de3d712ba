/** Panes: dividers dragged and remembered, the chosen row, one pane at a time on a phone, drawers that close. */
import { memory } from "./common.js";

const SIZES = {
  list: { axis: "x", property: "--list-size", least: 256, most: 640, grows: 1 },
  side: { axis: "x", property: "--side-size", least: 224, most: 560, grows: -1 },
  composer: { axis: "y", property: "--composer-size", least: 80, most: 640, grows: -1 },
};
const root = document.documentElement;

function paneOf(divider) {
  const name = divider.dataset.divider;
  if (name === "composer") return divider.parentElement.querySelector(".editor");
  return document.querySelector(name === "side" ? ".side" : ".list");
}

function resize(divider, pixels) {
  const size = SIZES[divider.dataset.divider];
  const bounded = Math.round(Math.min(size.most, Math.max(size.least, pixels)));
  root.style.setProperty(size.property, `${bounded}px`);
  divider.setAttribute("aria-valuenow", Math.round(((bounded - size.least) / (size.most - size.least)) * 100));
  memory.set(`pane:${divider.dataset.divider}`, String(bounded));
}

function sizeNow(divider) {
  const box = paneOf(divider)?.getBoundingClientRect();
  return SIZES[divider.dataset.divider].axis === "x" ? box.width : box.height;
}

function drag(event) {
  const divider = event.target.closest?.("[data-divider]");
  if (!divider || event.button !== 0 || !paneOf(divider)) return;
  event.preventDefault();
  const { axis, grows } = SIZES[divider.dataset.divider];
  const from = axis === "x" ? event.clientX : event.clientY;
  const before = sizeNow(divider);
  divider.setPointerCapture(event.pointerId);
  divider.dataset.dragging = root.dataset.dragging = "";
  const move = (moved) => resize(divider, before + grows * ((axis === "x" ? moved.clientX : moved.clientY) - from));
  divider.addEventListener("pointermove", move);
  divider.addEventListener("lostpointercapture", () => {
    divider.removeEventListener("pointermove", move);
    delete divider.dataset.dragging;
    delete root.dataset.dragging;
  }, { once: true });
}

function nudge(event) {
  const divider = event.target.closest?.("[data-divider]");
  const step = { ArrowLeft: -24, ArrowRight: 24, ArrowUp: -24, ArrowDown: 24 }[event.key];
  if (!divider || !step) return;
  event.preventDefault();
  resize(divider, sizeNow(divider) + SIZES[divider.dataset.divider].grows * step);
}

function forget(event) {
  const divider = event.target.closest?.("[data-divider]");
  if (!divider) return;
  root.style.removeProperty(SIZES[divider.dataset.divider].property);
  memory.set(`pane:${divider.dataset.divider}`, null);
}

const desk = () => document.querySelector(".desk");

function choose(row) {
  for (const other of document.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.removeAttribute("data-unread");
  if (desk()) desk().dataset.pane = "talk";
}

/** The way back on a phone: our own history entry if the list led here, else the link's address. */
function back(event, link) {
  if (desk()?.dataset.cameFromList === undefined) return;
  event.preventDefault();
  history.back();
}

function clicked(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const row = event.target.closest?.("[data-row]");
  if (row) {
    choose(row);
    if (desk()) desk().dataset.cameFromList = "";
  }
  const link = event.target.closest?.("[data-back]");
  if (link) back(event, link);
  const side = event.target.closest?.(".order-link") && document.querySelector("#side");
  if (side && !side.checkVisibility()) side.showPopover();
  if (event.target.closest?.(".rail a, .side [data-drawer-close]")) closeDrawers();
}

function closeDrawers() {
  for (const drawer of document.querySelectorAll(".rail:popover-open, .side:popover-open")) drawer.hidePopover();
}

export default function start() {
  for (const [name, { property }] of Object.entries(SIZES)) {
    const kept = memory.get(`pane:${name}`);
    if (kept) root.style.setProperty(property, `${Number(kept)}px`);
  }
  document.addEventListener("pointerdown", drag);
  document.addEventListener("keydown", nudge);
  document.addEventListener("dblclick", forget);
  document.addEventListener("click", clicked, true);
  for (const query of ["(width > 1100px)", "(width > 720px)"]) matchMedia(query).addEventListener("change", closeDrawers);
}
