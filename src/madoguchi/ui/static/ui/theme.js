/** 表示テーマ: data-theme-set="light|dark|auto" chooses; a cookie carries it to the next page's first paint. */

function mark(theme) {
  for (const choice of document.querySelectorAll("[data-theme-set]")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.themeSet === (theme || "auto")));
  }
}

export default function start() {
  mark(document.documentElement.dataset.theme);
  document.addEventListener("htmx:after:swap", () => mark(document.documentElement.dataset.theme));
  document.addEventListener("click", ({ target }) => {
    const theme = target.closest?.("[data-theme-set]")?.dataset.themeSet;
    if (!theme) return;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
    mark(theme);
  });
}
