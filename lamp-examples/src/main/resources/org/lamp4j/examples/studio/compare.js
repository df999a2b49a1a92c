// Two results side by side, from the same moment on, with what they differ in.
import { dialogHead } from "./dialogs.js";
import { byId, el, setText } from "./dom.js";
import { icon } from "./icons.js";
import { loopingClip } from "./media.js";
import { factsOf } from "./results.js";
import { change, current, watch } from "./store.js";
import { t } from "./text.js";

export function startCompare() {
  const opener = byId("compare-button");
  opener.addEventListener("click", open);
  byId("compare-clear").append(icon("close"));
  byId("compare-clear").addEventListener("click", () =>
    change((state) => {
      state.compared = [];
    }),
  );
  watch(({ compared, results, loaded }) => {
    const there = compared.filter((id) => results.some((result) => result.id === id));
    if (loaded && there.length < compared.length) {
      change((state) => {
        state.compared = there; // another page has deleted one
      });
    }
    byId("compare-bar").hidden = compared.length === 0;
    setText(byId("compare-count"), t("compare.count", { count: compared.length }));
    opener.disabled = compared.length < 2;
  });
  byId("compare-dialog").classList.add("wide");
  byId("compare-dialog").addEventListener("close", () => byId("compare-dialog").replaceChildren());
}

function open() {
  const { compared, results } = current();
  const pair = compared.map((id) => results.find((result) => result.id === id)).filter(Boolean);
  if (pair.length < 2) {
    return;
  }
  const dialog = byId("compare-dialog");
  const clips = pair.map((result) => loopingClip(`results/${result.id}/clip.mp4`, result.prompt));
  const facts = pair.map((result) => new Map(factsOf(result)));
  dialog.replaceChildren(
    dialogHead(dialog, "compare.title"),
    el(
      "div",
      { class: "compare-grid" },
      pair.map((result, index) =>
        el(
          "article",
          { "aria-label": t("compare.side", { number: index + 1 }) },
          clips[index],
          factList(facts[index], facts[1 - index]),
        ),
      ),
    ),
    el("p", { class: "note", text: "compare.note" }),
  );
  dialog.showModal();
  together(clips);
}

function factList(facts, others) {
  return el(
    "dl",
    { class: "facts" },
    [...facts].map(([key, value]) => [
      el("dt", { text: key }),
      el("dd", { textContent: value, class: others.get(key) === value ? "" : "differs" }),
    ]),
  );
}

/** What is done to the one clip is done to the other; both begin when both can. */
function together(clips) {
  for (const [clip, other] of [clips, [...clips].reverse()]) {
    const follow = () => {
      if (Math.abs(clip.currentTime - other.currentTime) > 0.15 && Number.isFinite(other.duration)) {
        other.currentTime = Math.min(clip.currentTime, other.duration);
      }
    };
    clip.addEventListener("play", () => other.paused && other.readyState > 1 && other.play().catch(() => {}));
    clip.addEventListener("pause", () => !clip.ended && !other.paused && other.pause());
    clip.addEventListener("seeked", () => clip.paused && follow());
  }
  Promise.all(
    clips.map((clip) => new Promise((resolve) => clip.addEventListener("loadeddata", resolve, { once: true }))),
  ).then(() =>
    clips.forEach((clip) => {
      clip.currentTime = 0;
    }),
  );
}
