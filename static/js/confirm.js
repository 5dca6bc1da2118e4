// form[data-confirm="question"] is sent only after the question was answered with yes.
let waiting = null;

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    const dialog = document.getElementById("confirm");
    if (!dialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form, submitter: event.submitter };
    dialog.querySelector("#confirm-text").textContent = form.dataset.confirm;
    const yes = dialog.querySelector("[data-confirm-yes]");
    yes.textContent = form.dataset.confirmLabel || yes.textContent;
    const danger = form.dataset.confirmTone === "danger";
    yes.classList.toggle("danger", danger);
    yes.classList.toggle("solid", danger);
    yes.classList.toggle("primary", !danger);
    dialog.showModal();
  },
  true,
);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-confirm-yes]") || !waiting) return;
  const { form, submitter } = waiting;
  waiting = null;
  document.getElementById("confirm").close();
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});
