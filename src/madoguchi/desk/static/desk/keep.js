/** Keeps what a person did to the page when pieces of it are melted in anew, and other small courtesies. */

// What was unfolded stays unfolded.
document.addEventListener("htmx:before:morph:attr", (event) => {
  if (event.detail.attrName === "open" && event.target.matches?.("details")) event.preventDefault();
});

// The chosen row is chosen here, before the server hears of it: a list fetched meanwhile must not let it go.
document.addEventListener("htmx:before:morph:attr", (event) => {
  if (event.detail.attrName === "aria-current" && event.target.matches?.("[data-row]")) event.preventDefault();
});
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail?.ctx?.target?.closest?.("#list")) return;
  const shown = document.querySelector("[data-conversation]")?.dataset.conversation;
  for (const row of document.querySelectorAll(".item [data-row]")) { // other lists say themselves what is open
    const isShown = row.closest(".item").id === `conversation-${shown}`;
    if (isShown) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
});

// A file taken off the letter is named to the server with the next save.
document.addEventListener("file-remove", ({ target }) => {
  const kept = target.querySelector?.('input[type="hidden"][name="file"]');
  const form = target.closest?.("form");
  if (!kept || !form) return;
  const gone = document.createElement("input");
  Object.assign(gone, { type: "hidden", name: "removed", value: kept.value });
  form.append(gone);
}, true);

// A menu that was loaded on opening begins at its search field.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-menu-body]:popover-open [data-filter]")?.focus({ preventScroll: true });
});

document.addEventListener("click", ({ target }) => target.closest?.("[data-print]") && window.print());

// What unfolds at the very end of the conversation is brought into sight.
document.addEventListener("toggle", ({ target }) => target.open && target.matches(".shared-draft") && target.scrollIntoView({ block: "nearest" }), true);
