// Which motion a clip gets: one of the library, or a blend of several by sliders.
import { byId, el, keyed, setText } from "./dom.js";
import { movingImage } from "./media.js";
import { change, current } from "./store.js";
import { percent, t } from "./text.js";

export function startMotionChoice() {
  byId("blend-switch").addEventListener("change", (event) =>
    change(({ draft }) => {
      draft.blending = event.target.checked;
      if (draft.blending && draft.pattern && shares().size === 0) {
        draft.weights = { [draft.pattern]: 50 };
      }
    }),
  );
}

/** Chooses a motion in the third column, and goes there. */
export function usePattern(id) {
  change((state) => {
    state.draft.pattern = id;
    state.draft.blending = false;
    state.tab = "animate";
  });
  queueMicrotask(() => document.querySelector("#pattern-choice input:checked")?.focus());
}

/** Shows the motions, and which one is chosen. */
export function renderMotionChoice(state) {
  const fitting = state.patterns.filter((pattern) => pattern.fits !== false);
  const { draft } = state;
  const box = byId("pattern-choice");
  const canBlend = fitting.length > 1 && state.studio?.features?.includes("blend");
  const blending = draft.blending && canBlend;
  byId("blend-row").hidden = !canBlend;
  byId("blend-switch").checked = blending;
  box.classList.toggle("blending", blending);
  byId("pattern-none").hidden = !state.loaded || fitting.length > 0;
  keyed(box, fitting, blending ? slider : radio, (pattern) => `${blending ? "blend" : "one"}-${pattern.id}`);
}

/** The motion as the server wants it: an id, or ids with weights that add up to 1; null if none is chosen. */
export function chosenPattern() {
  const { draft, patterns, studio } = current();
  const fits = (id) => patterns.some((pattern) => pattern.id === id && pattern.fits !== false);
  if (draft.blending && studio?.features?.includes("blend")) {
    const chosen = [...shares()].filter(([id]) => fits(id));
    if (chosen.length > 1) {
      return chosen.map(([id, weight]) => ({ id, weight }));
    }
    return chosen[0]?.[0] ?? null;
  }
  return fits(draft.pattern) ? draft.pattern : null;
}

function shares() {
  const { draft, patterns } = current();
  const there = Object.entries(draft.weights).filter(
    ([id, weight]) => weight > 0 && patterns.some((pattern) => pattern.id === id),
  );
  const sum = there.reduce((total, [, weight]) => total + weight, 0);
  return new Map(there.map(([id, weight]) => [id, weight / sum]));
}

function radio(pattern) {
  const { id } = pattern;
  const input = el("input", {
    type: "radio",
    name: "pattern",
    value: id,
    data: { testid: "pattern-radio" },
    on: {
      change: () =>
        change(({ draft, problems }) => {
          draft.pattern = id;
          problems.animate = null;
        }),
    },
  });
  const image = movingImage(`patterns/${id}/preview`);
  const name = el("span");
  const card = el(
    "label",
    { class: "choice", data: { testid: "pattern-option" } },
    image,
    el("span", { class: "check" }, input, name),
  );
  card.update = (now) => {
    setText(name, now.name);
    input.checked = current().draft.pattern === id;
  };
  return card;
}

function slider(pattern) {
  const { id } = pattern;
  const image = movingImage(`patterns/${id}/preview`);
  const name = el("span", { id: `blend-name-${id}` });
  const input = el("input", {
    type: "range",
    min: "0",
    max: "100",
    step: "5",
    "aria-labelledby": name.id,
    data: { testid: "blend-slider" },
    on: {
      input: () =>
        change(({ draft, problems }) => {
          draft.weights = { ...draft.weights, [id]: Number(input.value) };
          problems.animate = null;
        }),
    },
  });
  const share = el("output");
  const row = el("div", { class: "choice" }, image, el("div", {}, name, input), share);
  row.update = (now) => {
    setText(name, now.name);
    const { draft } = current();
    if (document.activeElement !== input) {
      input.value = String(draft.weights[id] ?? 0);
    }
    const part = percent(shares().get(id) ?? 0);
    setText(share, part);
    input.setAttribute("aria-valuetext", t("blend.share", { share: part }));
  };
  return row;
}
