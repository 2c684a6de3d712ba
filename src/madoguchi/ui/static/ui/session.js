/** When the session has ended: what is being written stays on the screen, and goes on once one has logged in again elsewhere.
    Whoever is typing goes on typing: then the dialog opens beside it and takes neither the focus nor a key. */
import { announce, takesText } from "./common.js";

const dialog = () => document.getElementById("logged-out");

const isChanged = (field) => field.value !== field.defaultValue && field.checkVisibility();
const isWritten = () => document.querySelector("[data-composer]") ?? [...document.querySelectorAll("textarea, input:not([type=hidden])")].some(isChanged);

/** Opened by its attribute, for every method of a dialog moves the focus and ends what an IME has open. */
function show() {
  const field = document.activeElement;
  if (!takesText(field) || field.closest("dialog")) return dialog().showModal();
  dialog().setAttribute("open", "");
  return announce(dialog().innerText);
}

/** True when an answer says so; a page on which nothing is being written leaves for the login. */
export function loggedOut({ status, headers }) {
  const login = status === 401 ? headers.get("X-Login") : null;
  if (!login) return false;
  if (!dialog() || !isWritten()) location.assign(login);
  else if (!dialog().open) {
    dialog().querySelector("[data-login]").href = login;
    show();
  }
  return true;
}

/** Somebody is logged in again. */
export function loggedIn() {
  if (dialog()?.open) dialog().close();
}
