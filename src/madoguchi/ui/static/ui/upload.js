/** Attachments: dropped on the form, pasted, or chosen; each goes up alone with its progress. Form: data-upload-url (POST, field "file",
    answers {id}) and data-upload-max in bytes. The id lands in a hidden input named "file" inside [data-files]. */
import { headers, word } from "./common.js";
import { showToast } from "./toast.js";

const KILO = 1024;

function sizeText(bytes) {
  if (bytes < KILO) return `${bytes} B`;
  if (bytes < KILO * KILO) return `${Math.max(1, Math.round(bytes / KILO))} KB`;
  return `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

function line(file) {
  const made = document.getElementById("file-line").content.cloneNode(true).firstElementChild;
  made.querySelector(".file-name").textContent = file.name;
  made.querySelector("small").textContent = sizeText(file.size);
  made.querySelector("button").setAttribute("aria-label", word("remove", file.name));
  return made;
}

function fail(item, text) {
  item.querySelector(".paper").dataset.state = "failed";
  item.querySelector("small").textContent = text;
  item.querySelector("progress")?.remove();
}

function finish(item, request) {
  if (request.status < 200 || request.status > 299) {
    const answer = request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.responseText) : {};
    fail(item, answer.error ?? word("uploadFailed"));
    return;
  }
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: "file", value: JSON.parse(request.responseText).id });
  item.append(hidden);
  item.querySelector("progress")?.remove();
  item.dispatchEvent(new Event("input", { bubbles: true }));
}

function send(form, file) {
  const most = Number(form.dataset.uploadMax ?? 0);
  if (most && file.size > most) {
    showToast({ text: `${file.name}: ${word("tooLarge", sizeText(most))}`, tone: "error" });
    return;
  }
  const item = line(file);
  form.querySelector("[data-files]").append(item);
  const request = new XMLHttpRequest(); // fetch cannot say how far an upload is
  const body = new FormData();
  body.append("file", file);
  request.upload.addEventListener("progress", ({ loaded, total }) => (item.querySelector("progress").value = (loaded / total) * 100));
  request.addEventListener("load", () => finish(item, request));
  request.addEventListener("error", () => fail(item, word("uploadFailed")));
  item.addEventListener("file-remove", () => request.abort());
  request.open("POST", form.dataset.uploadUrl);
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.send(body);
}

const formOf = (target) => target.closest?.("form[data-upload-url]");

function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

export default function start() {
  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.("input[type=file][data-upload]")) return;
    for (const file of target.files) send(formOf(target), file);
    target.value = "";
  });
  document.addEventListener("paste", (event) => {
    const form = formOf(event.target);
    const files = event.clipboardData?.files ?? [];
    if (!form || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    for (const file of files) send(form, file);
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // a file dropped beside the form must not replace the page
    const form = formOf(event.target);
    for (const other of document.querySelectorAll("[data-drop]")) if (other !== form) delete other.dataset.drop;
    if (form) form.dataset.drop = word("drop");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) for (const form of document.querySelectorAll("[data-drop]")) delete form.dataset.drop;
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const form = formOf(event.target);
    if (!form) return;
    delete form.dataset.drop;
    for (const file of event.dataTransfer.files) send(form, file);
  });
  document.addEventListener("click", ({ target }) => {
    const item = target.closest?.("[data-file-remove]")?.closest("[data-file]");
    if (!item) return;
    const form = formOf(item);
    item.dispatchEvent(new Event("file-remove"));
    item.remove();
    form?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
