/** A stretch of a text area, selected and brought into sight: browsers scroll to a caret, not to a selection. */

export function show(area, from, to) {
  const height = (text) => {
    const copy = area.cloneNode();
    copy.removeAttribute("id");
    copy.style.cssText = `position:absolute;visibility:hidden;min-height:0;height:0;field-sizing:fixed;width:${area.offsetWidth}px`;
    copy.value = text;
    area.after(copy);
    const found = copy.scrollHeight;
    copy.remove();
    return found;
  };
  area.setSelectionRange(from, to);
  const top = height(area.value.slice(0, from));
  if (area.scrollHeight > area.clientHeight) area.scrollTop = top - area.clientHeight / 2;
  for (let box = area.parentElement; box; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === "visible") continue;
    const off = area.getBoundingClientRect().top + top - area.scrollTop - box.getBoundingClientRect().top - box.clientHeight / 2;
    if (Math.abs(off) > box.clientHeight / 2 - 40) box.scrollTop += off;
  }
}
