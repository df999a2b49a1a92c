// Files from the person: by a dialog, dropped, or in a dropped folder.

const CLIP_ENDINGS = /\.(mp4|m4v|mov|mkv|webm|avi|gif|webp|mpg|mpeg|wmv|flv|ogv|y4m)$/i;

/** Has a button open the dialog of a file input, and a listener get what was chosen. */
export function chooseBy(button, input, take) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    // The same file may be chosen again, after it was refused or removed.
    input.value = "";
    if (files.length > 0) {
      take(files);
    }
  });
}

/** Has a listener get the files that are dropped on an element, those in folders too. */
export function dropOn(zone, take) {
  let depth = 0;
  const over = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => {
    event.preventDefault();
    over(1);
  });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => over(-1));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    over(0);
    const files = await filesOf(event.dataTransfer);
    if (files.length > 0) {
      take(files);
    }
  });
}

/** What misses a drop zone must not make the browser leave the page. */
export function ignoreOtherDrops() {
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
}

/** Those of a folder's files that are clips; a folder has others beside them. */
export function clipsAmong(files) {
  return files.filter((file) => !file.name.startsWith(".") && CLIP_ENDINGS.test(file.name));
}

async function filesOf(transfer) {
  // Entries must be asked for before the first wait: the transfer is empty afterwards.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) {
    return [...transfer.files];
  }
  const found = [];
  for (const entry of entries) {
    found.push(...(entry.isDirectory ? clipsAmong(await filesUnder(entry)) : await filesUnder(entry)));
  }
  return found;
}

async function filesUnder(entry) {
  if (entry.isFile) {
    return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives a folder in parts, and an empty one at the end.
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) {
      return found;
    }
    for (const child of part.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) {
      found.push(...(await filesUnder(child)));
    }
  }
}
