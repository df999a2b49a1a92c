// How views make elements and keep them: an element that is there is changed, not made anew, so that focus, typed
// text and playing clips survive every event of the server.
import { applyText } from "./text.js";

/**
 * Makes an element. Of the properties, `text`, `label` and `placeholder` are names of texts, `on` holds listeners,
 * `data` goes into data attributes, and the rest are properties where the element has one of the name and attributes
 * where it has none.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "text" || name === "label" || name === "placeholder") {
      element.dataset[name] = value;
    } else if (name === "class") {
      element.className = value;
    } else if (name in element && name !== "list" && name !== "form") {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  applyText(element);
  return element;
}

/** A button with a text or, if it has a `label`, a picture only. */
export function button(properties, ...children) {
  return el("button", { type: "button", ...properties }, ...children);
}

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  stop: "M6 6h12v12H6z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  dice: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3.500 3.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zm7 8a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zM12 10.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z",
  bin: "M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7z",
  down: "M11 3h2v9l3.500-3.500L18 10l-6 6-6-6 1.500-1.500L11 12zM4 19h16v2H4z",
  pen: "M4 17.200V20h2.800L17 9.800 14.200 7zM18.700 8.100a1 1 0 0 0 0-1.400l-1.400-1.400a1 1 0 0 0-1.400 0L14.800 6.300l2.900 2.900z",
  clip: "M4 5h16v14H4zm2 2v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2zm10-8v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2z",
  warn: "M12 3 1.500 21h21zm-1 7h2v5h-2zm0 6.500h2v2h-2z",
};

/** A small drawing beside a text; readers of screens pass over it. */
export function icon(name) {
  const svg = svgEl("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  svg.append(svgEl("path", { d: ICONS[name], "fill-rule": "evenodd" }));
  return svg;
}

export function svgEl(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  return element;
}

export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
}

/**
 * Makes the children of a container those of a list: one element for each item, made once by `make(item)`, which gives
 * the element with a function `update(item)` on it, and moved only where the order changes.
 */
export function keyed(container, items, make, key = (item) => item.id) {
  const before = new Map();
  for (const child of container.children) {
    before.set(child.dataset.key, child);
  }
  let place = container.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = before.get(name);
    before.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
      container.insertBefore(child, place);
    } else if (child === place) {
      place = place.nextElementSibling;
    } else {
      container.insertBefore(child, place);
    }
    child.update?.(item);
  }
  for (const [, child] of before) {
    removeKeepingFocus(child);
  }
}

/** Sets the value of a field unless the person is in it. */
export function setValue(field, value) {
  const text = value === null || value === undefined ? "" : String(value);
  if (field.value !== text && document.activeElement !== field) {
    field.value = text;
  }
}

/** Sets a text only if it is another, so that live regions are not read out twice. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** The element of an id; the page's own markup has it, so its absence is a defect. */
export function byId(id) {
  return document.getElementById(id);
}

/** Focus inside what goes moves to the nearest thing that stays, not to the top of the page. */
function removeKeepingFocus(child) {
  if (child.contains(document.activeElement)) {
    const neighbour = child.nextElementSibling ?? child.previousElementSibling ?? child.parentElement;
    const target = neighbour.querySelector("button,input,a,video") ?? neighbour.closest("[tabindex]");
    child.remove();
    target?.focus();
  } else {
    child.remove();
  }
}
