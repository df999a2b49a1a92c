// One clip of the first column: its thumbnail, caption, range and warnings.
import * as api from "./api.js";
import { el, keyed, setText, setValue } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { movingImage } from "./media.js";
import { attempt } from "./messages.js";
import { change, current, put } from "./store.js";
import { has, number, t } from "./text.js";
import { trimRange } from "./trim.js";

/** Changes on their way to the server; what is made of the clips has to wait for them. */
const saving = new Set();

/** Resolves when the server knows all that was entered. */
export function allSaved() {
  return Promise.all(saving);
}

export function clipCard(source, remove) {
  const { id } = source;
  const save = (changes) => {
    const saved = attempt(async () => put("sources", await api.patch(`sources/${id}`, changes)));
    saving.add(saved);
    saved.finally(() => saving.delete(saved));
  };
  const image = movingImage(`sources/${id}/preview`, { width: 112, height: 84 });
  const name = el("h3");
  const facts = el("p", { class: "note" });
  const use = el("input", { type: "checkbox", on: { change: () => setUsed(id, use.checked) } });
  const caption = el("input", {
    id: `caption-${id}`,
    autocomplete: "off",
    maxLength: 300,
    placeholder: "clips.captionExample",
    data: { testid: "caption" },
    on: {
      input: () => put("sources", { id, caption: caption.value }),
      change: () => save({ caption: caption.value.trim() }),
    },
  });
  const problem = el("p", { class: "problem", role: "alert", id: `caption-problem-${id}` });
  caption.setAttribute("aria-describedby", problem.id);
  const trim = trimRange(source, save);
  const warnings = el("ul", { class: "warnings" });
  const bin = iconButton("bin", { data: { testid: "remove-clip" }, on: { click: () => remove(source) } });
  const card = el(
    "li",
    { class: "card", data: { testid: "clip" } },
    el(
      "div",
      { class: "clip-top" },
      image,
      name,
      bin,
      el("div", {}, facts, el("label", { class: "check" }, use, el("span", { text: "clips.use" }))),
    ),
    el("div", { class: "field" }, el("label", { text: "clips.caption", htmlFor: caption.id }), caption, problem),
    trim,
    warnings,
  );
  card.update = (now) => {
    setText(name, now.name);
    image.alt = t("clips.thumbnail", { name: now.name });
    bin.setAttribute("aria-label", t("clips.remove", { name: now.name }));
    setText(
      facts,
      t("clips.facts", {
        frames: now.frameCount,
        rate: number(now.framesPerSecond, { maximumFractionDigits: 2 }),
        width: String(now.width),
        height: String(now.height),
      }),
    );
    const used = !current().draft.unused.includes(id);
    use.checked = used;
    card.classList.toggle("unused", !used);
    setValue(caption, now.caption);
    const missing = current().problems.captions?.includes(id) && !caption.value.trim();
    caption.setAttribute("aria-invalid", String(Boolean(missing)));
    setText(problem, missing ? t("problem.caption") : "");
    trim.update(now);
    keyed(warnings, now.warnings ?? [], warningRow, (warning) => warning.code);
  };
  return card;
}

function warningRow(warning) {
  const words = el("span");
  const row = el("li", { data: { testid: "warning", code: warning.code } }, icon("warn"), words);
  row.update = (now) => setText(words, has(`warning.${now.code}`) ? t(`warning.${now.code}`) : now.text);
  return row;
}

function setUsed(id, used) {
  change(({ draft }) => {
    draft.unused = draft.unused.filter((other) => other !== id);
    if (!used) {
      draft.unused.push(id);
    }
  });
}
