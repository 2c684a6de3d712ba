/** Reads a text/event-stream for ever: remembers the last id, notices a silent line, comes back with growing pauses. */

const SILENCE = 45000; // the server says something at least every 20 s
const LONGEST = 30000;

const pause = (wait) => new Promise((done) => setTimeout(done, wait));

function parse(block) {
  const event = { kind: "message", id: 0, subject: "", data: {} };
  const lines = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.kind = value;
    if (field === "id") event.id = Number(value);
    if (field === "data") lines.push(value);
  }
  if (!lines.length) return null;
  event.data = JSON.parse(lines.join("\n"));
  event.subject = event.data.subject ?? "";
  return event;
}

async function readOnce(url, { after, onEvent, onState }) {
  const stop = new AbortController();
  let watch = setTimeout(() => stop.abort(), SILENCE);
  try {
    const response = await fetch(url, { headers: { Accept: "text/event-stream", "Last-Event-ID": String(after()) }, signal: stop.signal, cache: "no-store" });
    if (!response.ok || !response.body) return response.status;
    onState(false);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      clearTimeout(watch);
      if (done) return 200;
      watch = setTimeout(() => stop.abort(), SILENCE);
      const blocks = (rest + value).replaceAll("\r", "").split("\n\n");
      rest = blocks.pop();
      blocks.map(parse).filter(Boolean).forEach(onEvent);
    }
  } finally {
    clearTimeout(watch);
  }
}

export async function readEvents(url, told) {
  for (let failures = 0; ; ) {
    const began = Date.now();
    const status = await readOnce(url, told).catch(() => 0);
    if (status === 401 || status === 403) return; // signed out: the next click says so
    failures = Date.now() - began > 5000 ? 0 : failures + 1;
    if (failures > 1 && status !== 200) told.onState(true); // a stream that was let in and closed is only asked for again, less often
    const wait = Math.min(LONGEST, 500 * 2 ** failures);
    await Promise.race([pause(wait / 2 + (Math.random() * wait) / 2), new Promise((done) => addEventListener("online", done, { once: true }))]);
  }
}
