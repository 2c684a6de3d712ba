/** When the session has ended: what is being written stays on the screen, and goes on once one has logged in again elsewhere. */

const dialog = () => document.getElementById("logged-out");

/** True when an answer says so; a page on which nothing is being written leaves for the login. */
export function loggedOut({ status, headers }) {
  const login = status === 401 ? headers.get("X-Login") : null;
  if (!login) return false;
  if (!document.querySelector("[data-composer]") || !dialog()) location.assign(login);
  else if (!dialog().open) {
    dialog().querySelector("[data-login]").href = login;
    dialog().showModal();
  }
  return true;
}

/** Somebody is logged in again. */
export function loggedIn() {
  if (dialog()?.open) dialog().close();
}
