/** 送信まであとn秒 beside a message that can still be taken back; when the time is up the timeline is fetched anew. */

const words = () => document.getElementById("words")?.dataset.sendIn ?? "";

function tick() {
  for (const place of document.querySelectorAll("[data-leaves-at]")) {
    const left = Math.ceil((Date.parse(place.dataset.leavesAt) - Date.now()) / 1000);
    if (left > 0) {
      place.textContent = words().replace("%s", left);
      continue;
    }
    delete place.dataset.leavesAt;
    setTimeout(() => document.getElementById("news") && window.htmx.trigger(document.getElementById("news"), "live"), 1500);
  }
}

/** Whoever takes a reply back, wherever: its countdown in the corner must not go on. */
function stop({ detail: { subject } }) {
  for (const toast of document.querySelectorAll(".toast[data-sending]")) if (toast.dataset.sending === subject) toast.remove();
}

document.addEventListener("taken-back", stop);
document.addEventListener("live:reply_cancelled", stop);
setInterval(tick, 500);
