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
