/** Deadlines count by themselves: data-due="ISO time", with the wording of ui/dates.py. data-due-style="list" only when late. */

const japanese = () => document.documentElement.lang.startsWith("ja");

function span(seconds) {
  const ja = japanese();
  const parts = [];
  for (const [length, jaUnit, enUnit] of [[86400, "日", " d"], [3600, "時間", " h"], [60, "分", " min"]]) {
    const amount = Math.floor(seconds / length);
    seconds -= amount * length;
    if (amount || parts.length) parts.push(amount ? `${amount}${ja ? jaUnit : enUnit}` : "");
  }
  return parts.slice(0, 2).filter(Boolean).join(ja ? "" : " ") || (ja ? "1分未満" : "under 1 min");
}

function refresh() {
  for (const element of document.querySelectorAll("[data-due]")) {
    const left = (Date.parse(element.dataset.due) - Date.now()) / 1000;
    const late = left < 0;
    element.closest("[data-row]")?.toggleAttribute("data-late", late);
    element.toggleAttribute("data-late", late);
    if (!late && element.dataset.dueStyle === "list") continue;
    const length = span(Math.trunc(Math.abs(left)));
    const text = japanese() ? (late ? `${length}超過` : `あと${length}`) : `${length} ${late ? "overdue" : "left"}`;
    if (element.textContent !== text) element.textContent = text;
  }
}

export default function start() {
  setInterval(refresh, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
