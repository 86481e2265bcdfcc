// Naming people while writing: "@" and the beginning of a name offers those in the discussion. A list beside the text field
// (listbox pattern): the focus stays in the text, arrow keys choose, Enter or Tab takes, Escape closes. Typed names do as well.

const AT_MOST = 8;
const BEGUN = /(?:^|[^\p{L}\p{N}./@&=?#%+~-])@([^@\n]{0,60})$/u; // as backend/core/naming.py reads it
const rooms = new Map();
const bound = new WeakSet();
let shown; // {field, list, start}

/** The list for what is being typed. */
export async function offer(field) {
  bind(field);
  const begun = BEGUN.exec(field.value.slice(0, field.selectionStart));
  if (!begun) return close();
  const people = await room(field.dataset.people);
  const now = BEGUN.exec(field.value.slice(0, field.selectionStart)); // typed on meanwhile
  if (!now || document.activeElement !== field) return close();
  const wanted = now[1].toLocaleLowerCase();
  const fit = people.filter((each) => starts(each, wanted) && each.text.toLocaleLowerCase() !== wanted.trimEnd());
  if (fit.length) show(field, fit.slice(0, AT_MOST), now[1].length);
  else close();
}

/** Asked for once on a page, and again half a minute later: somebody may have come. */
function room(address) {
  const known = rooms.get(address);
  if (known && Date.now() - known.at < 30_000) return known.people;
  const people = fetch(address, { headers: { "HX-Request": "true" } })
    .then((answer) => (answer.ok ? answer.json() : { people: [] }))
    .then((said) => said.people)
    .catch(() => []);
  rooms.set(address, { people, at: Date.now() });
  return people;
}

/** By the beginning of any word of the name, with what follows it. */
function starts({ text, name }, wanted) {
  if (/^\s/.test(wanted)) return false;
  const [whole, own] = [text.toLocaleLowerCase(), name.toLocaleLowerCase()];
  return whole.startsWith(wanted) || own.split(/\s+/).some((_, i, all) => all.slice(i).join(" ").startsWith(wanted));
}

function show(field, fit, typed) {
  close(false);
  const list = document.createElement("ul");
  Object.assign(list, { id: "people-offered", className: "people-offered" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.peopleTitle);
  fit.forEach((each, i) => list.append(option(each, i)));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the focus stays in the text
    const chosen = event.target.closest("li");
    if (chosen) take(chosen);
  });
  field.after(list);
  shown = { field, list, start: field.selectionStart - typed };
  field.setAttribute("aria-controls", list.id);
  choose(0);
  if (!shown.field.dataset.offered) document.getElementById("announce").textContent = field.dataset.peopleFound.replace("{n}", fit.length);
  field.dataset.offered = "";
}

function option({ name, organisation, text }, i) {
  const [item, strong] = [document.createElement("li"), document.createElement("strong")];
  item.id = `people-offered-${i}`;
  item.dataset.text = text;
  item.setAttribute("role", "option");
  strong.textContent = name;
  item.append(strong, ` · ${organisation}`);
  return item;
}

function choose(i) {
  const all = [...shown.list.children];
  all.forEach((each, at) => each.setAttribute("aria-selected", String(at === i)));
  shown.field.setAttribute("aria-activedescendant", all[i].id);
  all[i].scrollIntoView({ block: "nearest" });
}

/** The name takes the place of what was typed of it. */
function take(chosen) {
  const { field, start } = shown;
  field.setRangeText(`${chosen.dataset.text} `, start, field.selectionStart, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close(all = true) {
  if (!shown) return;
  shown.list.remove();
  shown.field.removeAttribute("aria-activedescendant");
  shown.field.removeAttribute("aria-controls");
  if (all) delete shown.field.dataset.offered;
  shown = undefined;
}

function bind(field) {
  if (bound.has(field)) return;
  bound.add(field);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.addEventListener("keydown", (event) => {
    if (shown?.field !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...shown.list.children];
    const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose((at + 1) % all.length);
    else if (event.key === "ArrowUp") choose((at + all.length - 1) % all.length);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) take(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const name of ["blur", "click"]) field.addEventListener(name, () => close());
}
