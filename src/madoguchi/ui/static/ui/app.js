/** Starts every behaviour once. Each binds by data-* on the document, so that pieces swapped in later need nothing. */
import start_chips from "./chips.js";
import start_composer from "./composer.js";
import start_copy from "./copy.js";
import start_dialogs from "./dialogs.js";
import start_drafts from "./drafts.js";
import start_forms from "./forms.js";
import start_insert from "./insert.js";
import start_keys from "./keys.js";
import start_live from "./live.js";
import start_menus from "./menus.js";
import start_palette from "./palette.js";
import start_panes from "./panes.js";
import start_preflight from "./preflight.js";
import start_requests from "./requests.js";
import start_select from "./select.js";
import start_stepping from "./stepping.js";
import start_theme from "./theme.js";
import start_timeago from "./timeago.js";
import start_timeline from "./timeline.js";
import start_toast from "./toast.js";
import start_upload from "./upload.js";

for (const start of [
  start_stepping, start_requests, start_toast, start_theme, start_panes, start_dialogs, start_menus, start_keys, start_palette, start_forms,
  start_timeago, start_timeline, start_select, start_chips, start_upload, start_drafts, start_composer, start_insert, start_preflight, start_copy, start_live,
]) {
  start();
}
document.documentElement.dataset.ready = "";
