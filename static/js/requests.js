// htmx: every request carries the CSRF token; what changed is read out; a failed request says so.
import { toast } from "./messages.js";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.body.dataset.csrf;
  if (token) event.detail.headers["X-CSRFToken"] = token;
  // An address that is passed on should name only the filters that are set.
  const { formData, verb, elt } = event.detail;
  if (verb === "get" && elt.closest?.(".p-filter") && formData) {
    for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const found = event.target.querySelector?.("[data-announce]") ?? document.querySelector("[data-region] [data-announce]");
  const line = document.getElementById("announce");
  if (found && line) line.textContent = found.textContent.trim();
});

document.addEventListener("htmx:responseError", (event) => {
  const texts = document.getElementById("toasts")?.dataset ?? {};
  toast(event.detail.xhr.status === 403 ? texts.refused : texts.failed, "danger");
});
document.addEventListener("htmx:sendError", () => {
  toast(document.getElementById("toasts")?.dataset.offline, "danger");
});
