// A range with two handles: which frames of a clip are used. Two sliders of the browser's lie on each other, so that
// keyboard, touch and readers of screens work as with any slider.
import { el, setText } from "./dom.js";
import { number, t } from "./text.js";

/**
 * Makes the range for a clip. `choose({from, to})` is called when a handle is let go: the first frame, and the one
 * after the last.
 */
export function trimRange(source, choose) {
  const handle = (label) =>
    el("input", { type: "range", min: "0", max: String(source.frameCount), step: "1", data: { handle: label } });
  const first = handle("from");
  const last = handle("to");
  const fill = el("div", { class: "trim-fill" });
  const length = el("output");
  const track = el("div", { class: "trim-track" }, fill, first, last);
  const range = el(
    "div",
    { class: "trim", role: "group", label: "trim.title" },
    el("div", { class: "trim-head" }, el("span", { text: "trim.title" }), length),
    track,
  );
  const show = () => {
    const from = Number(first.value);
    const to = Number(last.value);
    track.style.setProperty("--from", String(from / source.frameCount));
    track.style.setProperty("--to", String(to / source.frameCount));
    const seconds = (frames) =>
      number(frames / source.framesPerSecond, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
    setText(length, t("trim.length", { frames: to - from, seconds: seconds(to - from) }));
    for (const [input, key, frame] of [
      [first, "trim.from", from],
      [last, "trim.to", to],
    ]) {
      input.setAttribute("aria-label", t(key));
      input.setAttribute("aria-valuetext", t("trim.at", { frame, seconds: seconds(frame) }));
    }
    // Where both are at the end, the first one must be the one that can be taken.
    first.style.zIndex = from > source.frameCount / 2 ? "2" : "1";
  };
  first.addEventListener("input", () => {
    first.value = String(Math.min(Number(first.value), Number(last.value) - 1));
    show();
  });
  last.addEventListener("input", () => {
    last.value = String(Math.max(Number(last.value), Number(first.value) + 1));
    show();
  });
  for (const input of [first, last]) {
    input.addEventListener("change", () => choose({ from: Number(first.value), to: Number(last.value) }));
  }
  range.update = (now) => {
    if (!range.contains(document.activeElement)) {
      first.value = String(now.from);
      last.value = String(now.to);
    }
    show();
  };
  return range;
}
