// The library of motions: named, brought in, given away, deleted with undo.
import * as api from "./api.js";
import { button, byId, el, keyed, setText } from "./dom.js";
import { chooseBy, dropOn } from "./files.js";
import { iconButton } from "./icons.js";
import { download, movingImage } from "./media.js";
import { attempt, say } from "./messages.js";
import { usePattern } from "./motion-choice.js";
import { removeWithUndo } from "./removal.js";
import { current, put, watch } from "./store.js";
import { bytes, date, t } from "./text.js";

export function startLibrary() {
  chooseBy(byId("pattern-import-button"), byId("pattern-import"), bringIn);
  dropOn(byId("library"), bringIn);
  watch((state) => {
    keyed(byId("pattern-list"), state.patterns, patternCard);
    byId("patterns-empty").hidden = !state.loaded || state.patterns.length > 0;
  });
}

function bringIn(files) {
  return attempt(async () => {
    for (const file of files) {
      const pattern = await api.upload("patterns", file);
      put("patterns", pattern);
      say(t("library.imported", { name: pattern.name }));
    }
  });
}

function patternCard(pattern) {
  const { id } = pattern;
  const image = movingImage(`patterns/${id}/preview`, { class: "thumb" });
  const name = el("h3");
  const facts = el("p", { class: "note" });
  const unfit = el("p", { class: "unfit" });
  const input = el("input", { maxLength: 120, label: "library.newName", data: { testid: "pattern-name" } });
  const editor = el(
    "form",
    { class: "name-edit", hidden: true },
    input,
    el("button", { class: "small", text: "save", data: { testid: "pattern-save" } }),
  );
  const small = (properties, ...children) => button({ class: "small", ...properties }, ...children);
  const use = small({ text: "library.use", data: { testid: "pattern-use" }, on: { click: () => usePattern(id) } });
  const rename = small({ text: "library.rename", data: { testid: "pattern-rename" }, on: { click: () => edit(true) } });
  const give = small({
    text: "library.export",
    data: { testid: "pattern-export" },
    on: { click: () => attempt(() => giveAway(id)) },
  });
  const bin = iconButton("bin", { data: { testid: "pattern-delete" }, on: { click: () => removePattern(id) } });
  const edit = (open) => {
    editor.hidden = !open;
    name.hidden = open;
    if (open) {
      input.value = name.textContent;
      input.select();
    } else {
      rename.focus();
    }
  };
  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    if (wanted !== "") {
      attempt(async () => put("patterns", { id, ...(await api.patch(`patterns/${id}`, { name: wanted })) })).then(
        (renamed) => renamed && edit(false),
      );
    }
  });
  editor.addEventListener("keydown", (event) => event.key === "Escape" && edit(false));
  const card = el(
    "li",
    { class: "card", data: { testid: "pattern" } },
    image,
    name,
    editor,
    facts,
    unfit,
    el("div", { class: "actions" }, use, rename, give, bin),
  );
  card.update = (now) => {
    setText(name, now.name);
    image.alt = t("library.picture", { name: now.name });
    setText(
      facts,
      [
        date(now.created),
        now.base,
        now.steps ? t("library.steps", { count: now.steps }) : null,
        now.bytes ? bytes(now.bytes) : null,
      ]
        .filter(Boolean)
        .join(" · "),
    );
    setText(unfit, now.fits === false ? t("library.unfit", { base: now.base ?? "?" }) : "");
    use.hidden = now.fits === false;
    bin.setAttribute("aria-label", t("library.delete", { name: now.name }));
  };
  return card;
}

function giveAway(id) {
  const { name } = current().patterns.find((pattern) => pattern.id === id);
  return download(`patterns/${id}/file`, `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.safetensors`);
}

function removePattern(id) {
  const pattern = current().patterns.find((other) => other.id === id);
  return removeWithUndo("patterns", pattern, t("library.deleted", { name: pattern.name }));
}
