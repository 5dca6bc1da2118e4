// [data-drop]: files can be dragged onto the field; their names and sizes are shown, too large ones are named at once.
// A form with a file shows how much of it has been sent.
const megabyte = 1024 * 1024;
const size = (bytes) => (bytes >= megabyte ? `${(bytes / megabyte).toFixed(1)}MB` : `${Math.max(1, Math.round(bytes / 1024))}KB`);

function list(drop) {
  const input = drop.querySelector("[data-drop-input]");
  const limit = Number(input.dataset.maxSize || 0);
  const rows = [...input.files].map((file) => {
    const row = document.createElement("li");
    const over = limit && file.size > limit;
    row.textContent = `${file.name} (${size(file.size)})${over ? ` – ${size(limit)} <` : ""}`;
    row.classList.toggle("bad", Boolean(over));
    return row;
  });
  drop.querySelector("[data-drop-list]").replaceChildren(...rows);
}

function start(root) {
  for (const text of root.querySelectorAll?.("[data-drop-text]") ?? []) text.hidden = false;
}
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));

document.addEventListener("change", (event) => {
  const drop = event.target.closest?.("[data-drop]");
  if (drop && event.target.matches("[data-drop-input]")) list(drop);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target.closest?.("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const input = drop.querySelector("[data-drop-input]");
    const files = new DataTransfer();
    for (const file of input.multiple ? event.dataTransfer.files : [...event.dataTransfer.files].slice(0, 1)) files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-drop-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
});
