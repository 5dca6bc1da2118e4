// The time left until a deadline, in the server's words and by its clock; looked at twice a minute, written only where
// the words have changed, in no live region: nothing is read out over what somebody is doing.
// <span data-countdown="instant" data-now="instant" data-days="one|several" data-hours data-minutes data-over>
const seen = new WeakMap(); // when a span came onto the page: its data-now is of that moment

function left(span) {
  if (!seen.has(span)) seen.set(span, Date.now());
  const { countdown, now, days, hours, minutes, over } = span.dataset;
  const seconds = Math.trunc((Date.parse(countdown) - Date.parse(now) - (Date.now() - seen.get(span))) / 1000);
  if (seconds < 0) return over;
  const [size, words] = seconds >= 86400 ? [86400, days] : seconds >= 3600 ? [3600, hours] : [60, minutes];
  const count = Math.max(1, Math.floor(seconds / size));
  const [one, several] = words.split("|");
  return (count === 1 ? one : several).replace("%(count)d", count);
}

function look(root = document) {
  for (const span of root.querySelectorAll("[data-countdown]")) {
    const words = left(span);
    if (span.textContent !== words) span.textContent = words;
  }
}

look();
setInterval(look, 30000);
document.addEventListener("htmx:afterSwap", () => look());
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
