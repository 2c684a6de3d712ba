/** Every htmx request carries the CSRF token; every failure is said in words; Back keeps the panes where they were. */
import { csrfToken, person, word } from "./common.js";
import { loggedOut } from "./session.js";
import { showToast } from "./toast.js";

function failed({ detail: { ctx } }) {
  const { status, headers } = ctx.response.raw;
  if (loggedOut(ctx.response.raw)) return;
  if (headers.get("HX-Trigger")) return; // the answer brought its own words
  if (status === 403) showToast({ text: word("forbidden"), tone: "error" });
  else if (status === 404) showToast({ text: word("missing"), tone: "error" });
  else if (status >= 500) showToast({ text: word("broken"), tone: "error" });
}

let returning = new AbortController();

export default function start() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    ctx.request.headers["X-Person"] = person();
    if (ctx.request.method === "GET") return;
    ctx.request.headers["X-CSRFToken"] = csrfToken();
    ctx.request.body.delete("csrfmiddlewaretoken"); // it is as old as the page
  });
  document.addEventListener("htmx:response:error", failed);
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.error instanceof TypeError || detail.ctx?.request?.signal?.reason === "timeout") {
      showToast({ text: word("offline"), tone: "error" });
    }
  });
  // htmx would replace the page; melting the earlier page in keeps scroll positions, typed text and open panels.
  document.addEventListener("htmx:before:history:restore", (event) => {
    if (event.defaultPrevented) return; // stepping.js knows that all is still there
    event.preventDefault();
    returning.abort(); // a second Back before the first has arrived: the slower answer must not have the last word
    returning = new AbortController();
    const request = { headers: { "HX-History-Restore-Request": "true" }, signal: returning.signal };
    window.htmx.ajax("GET", event.detail.path, { target: "body", swap: "innerMorph", request });
  });
}
