/** A small post that gets through even while the page goes away. */

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? meta("csrf-token");

export function tell(url, values = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  const headers = { "X-CSRFToken": token(), "X-Person": meta("person"), "HX-Request": "true" };
  return fetch(url, { method: "POST", body, keepalive: true, headers }).catch(() => null);
}
