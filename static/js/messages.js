// Messages can be put away; toasts come from the server by the header HX-Trigger {"toast": {"text": "…", "tone": "success"}}.
const SHOWN_FOR = 8000;

export function toast(text, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = `p-alert ${tone}`;
  box.textContent = text;
  region.append(box);
  let timer = setTimeout(() => box.remove(), SHOWN_FOR);
  // Whoever is reading it keeps it.
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => { timer = setTimeout(() => box.remove(), SHOWN_FOR); });
}

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-dismissible]")?.remove();
});
