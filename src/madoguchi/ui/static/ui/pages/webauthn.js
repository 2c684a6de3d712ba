/**
 * Passkeys. On a form with a hidden field "credential": data-passkey="create" or "get" takes its options from the JSON
 * in #js_data, data-passkey="login" fetches them from the form's address. The answer goes into the field, and the form
 * is sent. Browsers without the JSON methods of WebAuthn level 3 are served by the conversions below.
 */

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function opened(options) {
  const list = (name) => options[name]?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: list("excludeCredentials") }),
    ...(options.allowCredentials && { allowCredentials: list("allowCredentials") }),
  };
}

function closed(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { id, rawId, type, response, authenticatorAttachment } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].filter((name) => response[name]);
  return {
    id, type, rawId: text(rawId), authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(parts.map((name) => [name, text(response[name])])), transports: response.getTransports?.() },
  };
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "login") {
    const { creation_options, request_options } = JSON.parse(document.getElementById("js_data").textContent);
    return (creation_options ?? request_options).publicKey;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options.publicKey;
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey !== "create") return navigator.credentials.get({ publicKey: opened(options) });
  const alone = form.elements.passwordless?.checked ?? false;
  Object.assign(options.authenticatorSelection, { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone });
  if (alone) options.authenticatorSelection.userVerification = "required";
  return navigator.credentials.create({ publicKey: opened(options) });
}

function say(form, word) {
  const place = form.querySelector("[data-passkey-error]");
  place.hidden = !word;
  place.querySelector("span").textContent = word;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(form, "");
  if (!navigator.credentials || !window.PublicKeyCredential) return say(form, form.dataset.wordMissing);
  try {
    form.elements.credential.value = JSON.stringify(closed(await ask(form)));
    form.requestSubmit();
  } catch (error) {
    console.warn(error);
    say(form, form.dataset.wordStopped);
  }
}, { capture: true });
