// Forms: the error summary takes the focus; a form is sent once; what is typed is counted; passwords can be looked at;
// a business number is checked while typing (weights 1,3,7,1,3,7,1,3,5, as the server does).
const WEIGHTS = [1, 3, 7, 1, 3, 7, 1, 3, 5];

function start(root) {
  root.querySelector?.("[data-focus]")?.focus();
  for (const toggle of root.querySelectorAll?.("[data-password-toggle]") ?? []) toggle.hidden = false;
}
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("form" in form.dataset) || event.defaultPrevented) return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "";
  // A download or a page from the browser's memory must not leave the form locked.
  setTimeout(() => delete form.dataset.busy, 10000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-busy]")) delete form.dataset.busy;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-inert]")) event.preventDefault();
  const toggle = event.target.closest("[data-password-toggle]");
  if (!toggle) return;
  const input = toggle.closest("[data-password]").querySelector("input");
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  toggle.setAttribute("aria-pressed", String(shown));
});

export function validBusinessNumber(text) {
  const digits = [...text.replace(/\D/g, "")].map(Number);
  if (digits.length !== 10) return false;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * digits[place], 0) + Math.floor((5 * digits[8]) / 10);
  return (10 - (sum % 10)) % 10 === digits[9];
}

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.dataset.counter) {
    const count = document.querySelector(`[data-count-for="${CSS.escape(target.id)}"]`);
    if (count) {
      count.querySelector("[data-count-now]").textContent = target.value.length;
      count.classList.toggle("over", target.value.length > Number(target.dataset.counter));
    }
  }
  if ("bizno" in target.dataset) {
    const digits = target.value.replace(/\D/g, "").slice(0, 10);
    if (target.selectionEnd === target.value.length) {
      target.value = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)].filter(Boolean).join("-");
    }
    const wrong = digits.length === 10 && !validBusinessNumber(digits);
    target.setAttribute("aria-invalid", String(wrong));
    target.setCustomValidity(wrong ? target.dataset.bizno : "");
    if (wrong && target.dataset.bizno) target.reportValidity();
  }
});
