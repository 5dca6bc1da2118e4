// Before a session ends unused, the page asks; where it has ended, what was typed stays and goes on after a new sign-in.
// <body data-session="url" data-session-user data-session-left data-session-warning> and the window in frame/session.html.
const { session: url, sessionUser: me, sessionLeft, sessionWarning } = document.body.dataset;
const dialog = document.getElementById("session");
const warning = Number(sessionWarning);
let endsAt = Date.now() + Number(sessionLeft) * 1000;
let timer = null;

const left = () => Math.round((endsAt - Date.now()) / 1000);
const show = (part) => {
  for (const box of dialog.querySelectorAll("[data-session-part]")) box.hidden = box.dataset.sessionPart !== part;
  if (!dialog.open) dialog.showModal();
};

async function ask(method = "GET") {
  const headers = method === "POST" ? { "X-CSRFToken": document.body.dataset.csrf } : {};
  const answer = await fetch(url, { method, headers, credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// A new sign-in has new CSRF tokens: the forms of this page take them over.
function renew(token) {
  document.body.dataset.csrf = token;
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

async function look(method) {
  clearTimeout(timer);
  try {
    const found = await ask(method);
    if (found.user !== me) return show(found.user ? "other" : "ended");
    renew(found.csrf);
    endsAt = Date.now() + found.seconds * 1000;
    if (found.seconds > warning) {
      if (dialog.open) dialog.close();
    } else {
      show("warning");
    }
  } catch {
    // No network: asked again in a moment; the server decides anyway.
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  const seconds = left();
  const line = dialog.querySelector("[data-session-left]");
  line.textContent = `${Math.floor(Math.max(0, seconds) / 60)}:${String(Math.max(0, seconds) % 60).padStart(2, "0")}`;
  if (dialog.open && seconds > 0 && seconds <= warning) timer = setTimeout(plan, 1000);
  else timer = setTimeout(look, Math.max(1, seconds - warning) * 1000);
}

if (url && dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-session-stay]")) look("POST");
    if (event.target.closest("[data-session-check]")) look("GET");
  });
  // Another window may have signed in again, or a sleeping computer may have slept too long.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && left() <= warning) look("GET"); });
  plan();
}

// The page of a form that came too late: sent again with the new session's token.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.sendAgain || form.dataset.renewed) return;
  event.preventDefault();
  const found = await (await fetch(form.dataset.sendAgain, { credentials: "same-origin", cache: "no-store" })).json();
  if (!found.user) {
    form.querySelector("[data-sign-in-first]").hidden = false;
    return;
  }
  form.querySelector('input[name="csrfmiddlewaretoken"]').value = found.csrf;
  form.dataset.renewed = "yes";
  form.requestSubmit();
});
