// A draft is saved as one types: <form data-draft> with the words of <… data-draft-status>. Files wait for the button.
const PAUSE = 1200; // ms without a key before it is saved
const timers = new WeakMap();

async function save(form) {
  const status = form.querySelector("[data-draft-status]");
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  try {
    const answer = await fetch(form.action || location.href, {
      method: "POST",
      headers: { "X-Draft": "1" },
      credentials: "same-origin",
      body,
    });
    const told = await answer.json();
    if (told.version !== undefined) form.querySelector('input[name="version"]').value = told.version;
    status.textContent = told.saved ?? told.problem;
    status.classList.toggle("problem", !told.saved);
    // Somebody else has saved: only the button, which shows both texts side by side, goes on from here.
    if (told.code === "stale") form.dataset.stale = "";
  } catch {
    status.textContent = status.dataset.draftFailed;
    status.classList.add("problem");
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target.type === "file" || "stale" in form.dataset) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => { if (!("busy" in form.dataset)) save(form); }, PAUSE));
});
document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)));
