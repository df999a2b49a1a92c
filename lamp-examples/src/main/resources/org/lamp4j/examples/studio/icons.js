// The page's small drawings.
import { button, svgEl } from "./dom.js";

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  stop: "M6 6h12v12H6z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  dice:
    "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" +
    [8.5, 12, 15.5].map((at) => `M${at} ${at - 1.8}a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z`).join(""),
  bin: "M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7z",
  down: "M11 3h2v9l3.5-3.5L18 10l-6 6-6-6 1.5-1.5L11 12zM4 19h16v2H4z",
  warn: "M12 3 1.5 21h21zm-1 7h2v5h-2zm0 6.5h2v2h-2z",
};

/** A small drawing beside a text; readers of screens pass over it. */
export function icon(name) {
  const svg = svgEl("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  svg.append(svgEl("path", { d: ICONS[name], "fill-rule": "evenodd" }));
  return svg;
}

/** A small button that shows a drawing only; `label` or `aria-label` says what it is for. */
export function iconButton(name, properties) {
  return button({ class: "icon-button small", ...properties }, icon(name));
}
