// The page without a line: says which texts are saved on this device, and opens the page that was wanted.

import { saved } from "./texts.js";

const texts = saved().map(([, entry]) => entry).sort((one, other) => other.at - one.at);
document.getElementById("saved").hidden = !texts.length;
document.getElementById("nothing-saved").hidden = texts.length > 0;
document.getElementById("again").href = location.href;

for (const entry of texts) {
  const link = document.createElement("a");
  link.href = entry.page;
  link.textContent = entry.title;
  const row = document.createElement("li");
  row.append(link, ` · ${new Date(entry.at).toLocaleString("ru", { dateStyle: "short", timeStyle: "short" })}`);
  document.getElementById("saved-texts").append(row);
}
