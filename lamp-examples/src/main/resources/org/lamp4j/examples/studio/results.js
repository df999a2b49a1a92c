// The clips that were made: shown in a loop, saved, made anew or further, compared, deleted.
import { button, byId, el, keyed, setText } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { newSeed, startJob } from "./jobs.js";
import { download, loopingClip, smallClip } from "./media.js";
import { attempt } from "./messages.js";
import { removeWithUndo } from "./removal.js";
import { change, current, watch } from "./store.js";
import { date, listed, number, percent, t } from "./text.js";

const FILES = { mp4: "clip.mp4", gif: "clip.gif", webm: "clip.webm", frames: "frames.zip" };
/** What can be made of a result, by the feature that the library has for it, with the options of the job. */
const FOLLOW_UPS = {
  extend: (result) => ({ by: Math.max(1, Math.round(result.frameCount / 2)) }),
  smooth: () => ({ factor: 2 }),
  enlarge: () => ({ factor: 2 }),
};

/** The clips of the gallery; those made to look at while a motion was learned stand with the job. */
export function galleryResults(state) {
  return state.results.filter((result) => result.kind !== "validation");
}

export function startResults() {
  watch((state) => {
    const results = galleryResults(state);
    keyed(byId("result-list"), results, (result) => resultCard(result, false));
    byId("results-empty").hidden = !state.loaded || results.length > 0;
  });
}

/** What a result was made of, as pairs of a text's name and a value. */
export function factsOf(result) {
  const facts = [
    ["fact.prompt", result.prompt],
    ["fact.motion", patternName(result)],
    ["fact.seed", String(result.seed ?? "")],
    [
      "fact.size",
      t("fact.sizeValue", {
        width: String(result.width),
        height: String(result.height),
        frames: result.frameCount,
        rate: number(result.framesPerSecond, { maximumFractionDigits: 2 }),
      }),
    ],
    ["fact.made", date(result.created)],
  ];
  for (const [name, value] of Object.entries(result.options ?? {})) {
    const key = `field.animate.${name}`;
    if (t(key) !== key && !["frameCount", "frameSize", "framesPerSecond"].includes(name)) {
      facts.push([
        key,
        typeof value === "number"
          ? number(value)
          : typeof value === "boolean"
            ? t(value ? "yes" : "no")
            : String(value),
      ]);
    }
  }
  return facts.filter(([, value]) => value);
}

export function resultCard(result, large) {
  const { id } = result;
  const clip = (large ? loopingClip : smallClip)(`results/${id}/clip.mp4`, result.prompt || t("results.title"));
  const name = el("h3");
  const facts = el("p", { class: "note" });
  const small = (properties, ...children) => button({ class: "small", ...properties }, ...children);
  const followUps = Object.keys(FOLLOW_UPS).map((kind) =>
    small({ text: `result.${kind}`, data: { testid: `result-${kind}`, kind }, on: { click: () => follow(id, kind) } }),
  );
  const again = small({
    text: "result.again",
    data: { testid: "result-again" },
    on: { click: () => withOtherSeed(id) },
  });
  const compare = small({
    text: "result.compare",
    data: { testid: "result-compare" },
    on: { click: () => toggleCompared(id) },
  });
  const bin = iconButton("bin", { data: { testid: "result-delete" }, on: { click: () => removeResult(id) } });
  const files = Object.entries(FILES).map(([ending, file]) =>
    small(
      { data: { testid: `download-${ending}` }, on: { click: () => attempt(() => save(id, file)) } },
      icon("down"),
      " ",
      el("span", { text: `download.${ending}` }),
    ),
  );
  const card = el(
    "li",
    { class: "card", data: { testid: large ? "latest" : "result" } },
    clip,
    name,
    facts,
    ...(large
      ? [
          el("div", { class: "actions", role: "group", label: "download.title" }, files),
          el("div", { class: "actions" }, again, followUps, compare, bin),
        ]
      : [
          el(
            "div",
            { class: "actions" },
            folded("download.title", files),
            folded("result.more", [again, ...followUps]),
            compare,
            bin,
          ),
        ]),
  );
  card.update = (now) => {
    clip.update?.();
    setText(name, now.prompt || t(`kind.${now.kind ?? "animate"}`));
    setText(
      facts,
      t("result.facts", { motion: patternName(now), seed: String(now.seed ?? "–"), date: date(now.created) }),
    );
    const { studio, images, compared } = current();
    for (const follow of followUps) {
      follow.hidden = !studio?.features?.includes(follow.dataset.kind);
    }
    again.hidden = !now.image || !images.some((image) => image.id === now.image);
    compare.setAttribute("aria-pressed", String(compared.includes(id)));
    bin.setAttribute("aria-label", t("result.delete", { name: name.textContent }));
  };
  return card;
}

function folded(title, buttons) {
  return el("details", { class: "more" }, el("summary", { text: title }), el("div", { class: "actions" }, buttons));
}

function patternName(result) {
  const { patterns } = current();
  const nameOf = (id) =>
    patterns.find((pattern) => pattern.id === id)?.name ?? result.patternName ?? t("result.goneMotion");
  return Array.isArray(result.pattern)
    ? listed(result.pattern.map(({ id, weight }) => `${nameOf(id)} ${percent(weight)}`))
    : nameOf(result.pattern);
}

function save(id, file) {
  const { prompt } = byResult(id);
  const words = (prompt || "clip")
    .normalize()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  return download(`results/${id}/${file}`, `${words || "clip"}-${id.slice(0, 6)}${file.slice(file.indexOf("."))}`);
}

function withOtherSeed(id) {
  const { prompt, pattern, image, options } = byResult(id);
  return attempt(() =>
    startJob({ kind: "animate", name: prompt, pattern, image, prompt, options: { ...options, seed: newSeed() } }),
  );
}

function follow(id, kind) {
  const result = byResult(id);
  return attempt(() =>
    startJob({
      kind,
      name: `${t(`result.${kind}`)}: ${result.prompt}`,
      result: id,
      pattern: result.pattern,
      options: FOLLOW_UPS[kind](result),
    }),
  );
}

/** Two results are compared at most: a third takes the place of the one chosen first. */
function toggleCompared(id) {
  change((state) => {
    state.compared = state.compared.includes(id)
      ? state.compared.filter((other) => other !== id)
      : [...state.compared, id].slice(-2);
  });
}

async function removeResult(id) {
  if (await removeWithUndo("results", byResult(id), t("result.deleted"))) {
    change((state) => {
      state.compared = state.compared.filter((other) => other !== id);
    });
  }
}

function byResult(id) {
  return current().results.find((result) => result.id === id);
}
