/** What every behaviour needs: translated words, requests with our header, typing and composing, a voice for screen readers. */

export const word = (name, value = "") => (document.getElementById("words")?.dataset[name] ?? "").replace("%s", value);

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** The cookie's is newer than the page's when somebody has logged in again in another tab. */
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? meta("csrf-token");

/** Who the page was made for: the server refuses deeds of a page that belongs to somebody else. */
export const person = () => meta("person");

export const headers = (extra = {}) => ({ "X-CSRFToken": csrfToken(), "X-Person": person(), "X-Requested-With": "fetch", ...extra });

/** True while an IME is open: some browsers only say so by the old key code 229. */
export const composing = (event) => event.isComposing || event.keyCode === 229;

export const takesText = (element) =>
  element?.closest?.('textarea, select, [contenteditable=""], [contenteditable="true"]') ??
  element?.closest?.('input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="range"], [type="file"])');

export function announce(text) {
  const voice = document.getElementById("announcer");
  if (voice) voice.textContent = text;
}

export function debounce(run, wait) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Runs now for what is on the page, and again for whatever htmx brings. */
export function eachNew(selector, run) {
  const met = new WeakSet();
  const meet = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (met.has(element)) continue;
      met.add(element);
      run(element);
    }
  };
  meet();
  document.addEventListener("htmx:after:swap", meet);
}

/** Private windows and full disks throw: what we remember is a comfort, never a need. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      /* nothing is lost that matters */
    }
  },
  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
};

export const isComputerOfApple = /Mac|iPhone|iPad/.test(navigator.platform);
