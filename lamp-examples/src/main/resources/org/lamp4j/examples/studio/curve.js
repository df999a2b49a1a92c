// The loss curve: the values as they came, thin, and their running mean, thick.
import { setAttributes, svgEl } from "./dom.js";
import { number, t } from "./text.js";

const LEAST_WIDTH = 240;
const HEIGHT = 110;
const LEFT = 38;
const BOTTOM = 18;
const TOP = 8;

/** Makes the drawing; its `update(losses, steps)` takes pairs of step and loss. */
export function lossCurve() {
  const svg = svgEl("svg", { class: "curve", role: "img", height: HEIGHT });
  const lines = [0, 0.5, 1].map(() => svg.appendChild(svgEl("line", { class: "grid", x1: LEFT })));
  const labels = [0, 1].map(() => svg.appendChild(svgEl("text", { x: LEFT - 6, "text-anchor": "end" })));
  const ends = ["start", "end"].map((anchor, index) =>
    svg.appendChild(svgEl("text", { x: LEFT, y: HEIGHT - 3, "text-anchor": anchor })),
  );
  const raw = svg.appendChild(svgEl("path", { class: "raw" }));
  const smooth = svg.appendChild(svgEl("path", { class: "smooth" }));
  let drawn = null;
  // As wide as its place, with letters of the same size everywhere.
  new ResizeObserver(() => drawn && svg.update(...drawn)).observe(svg);
  svg.update = (losses, steps) => {
    drawn = [losses, steps];
    const width = Math.max(LEAST_WIDTH, svg.clientWidth);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    ends[1].setAttribute("x", width);
    const points = losses.filter(([, loss]) => Number.isFinite(loss));
    const mean = runningMean(points);
    const values = points.map(([, loss]) => loss);
    const low = Math.min(...values, 0);
    const high = Math.max(...values, low + 1e-6);
    const end = Math.max(steps ?? 1, 1);
    const x = (step) => LEFT + (step / end) * (width - LEFT);
    const y = (loss) => TOP + ((high - loss) / (high - low)) * (HEIGHT - TOP - BOTTOM);
    const path = (list) =>
      list.map(([step, loss], index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
    raw.setAttribute("d", path(points));
    smooth.setAttribute("d", path(mean));
    lines.forEach((line, index) => {
      const at = y(low + ((high - low) * index) / 2);
      setAttributes(line, { y1: at, y2: at, x2: width });
    });
    labels.forEach((label, index) => {
      label.setAttribute("y", y(index ? high : low) + 4);
      label.textContent = number(index ? high : low, { maximumSignificantDigits: 2 });
    });
    ends[0].textContent = number(0);
    ends[1].textContent = t("job.stepsAxis", { steps: end });
    const last = mean.at(-1);
    svg.setAttribute("aria-label", last ? t("job.curve", { first: mean[0][1], last: last[1] }) : t("job.curveEmpty"));
  };
  return svg;
}

/** An exponential mean; its weight follows the number of points, so that long runs are as smooth as short ones. */
function runningMean(points) {
  const keep = 1 - 1 / Math.max(3, points.length / 12);
  let mean = 0;
  let weight = 0;
  return points.map(([step, loss]) => {
    mean = keep * mean + (1 - keep) * loss;
    weight = keep * weight + (1 - keep);
    return [step, mean / weight];
  });
}
