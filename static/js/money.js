// input[data-money]: separators and the amount in words while typing; the server gets plain digits.
const DIGITS = "영일이삼사오육칠팔구";
const SMALL = ["천", "백", "십", ""];
const LARGE = ["", "만", "억", "조", "경"];
const english = document.documentElement.lang.startsWith("en");

export function words(digits) {
  if (!digits || /^0*$/.test(digits)) return "";
  let text = "";
  for (let group = 0, rest = digits; rest; group += 1, rest = rest.slice(0, -4)) {
    const part = rest.slice(-4).padStart(4, "0");
    const spoken = [...part].map((digit, place) => (digit === "0" ? "" : DIGITS[digit] + SMALL[place])).join("");
    if (spoken) text = spoken + LARGE[group] + text;
  }
  return `금${text}원`;
}

const plain = (value) => value.replace(/[^\d-]/g, "");

function show(input) {
  const digits = plain(input.value).replace(/^0+(?=\d)/, "").slice(0, 16);
  const fromEnd = input.value.length - (input.selectionEnd ?? input.value.length);
  input.value = digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  if (document.activeElement === input) {
    const place = Math.max(0, input.value.length - fromEnd);
    input.setSelectionRange(place, place);
  }
  const line = document.querySelector(`[data-money-words="${CSS.escape(input.id)}"]`);
  if (line && !english) line.textContent = words(digits.replace("-", ""));
}

function start(root) {
  for (const input of root.querySelectorAll?.("input[data-money]") ?? []) if (input.value) show(input);
}
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
document.addEventListener("input", (event) => {
  if ("money" in (event.target.dataset ?? {})) show(event.target);
});
document.addEventListener("formdata", (event) => {
  for (const input of event.target.querySelectorAll("input[data-money][name]")) {
    if (event.formData.has(input.name)) event.formData.set(input.name, plain(input.value));
  }
});
