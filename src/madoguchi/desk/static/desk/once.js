/** What stands in an upper group of choices does not stand again below it. */

export function once(options) {
  const seen = new Set();
  for (const option of options) {
    const group = option.parentElement;
    if (!seen.has(option.dataset.template)) seen.add(option.dataset.template);
    else option.remove();
    if (!group.querySelector("[role=option]")) group.remove();
  }
}
