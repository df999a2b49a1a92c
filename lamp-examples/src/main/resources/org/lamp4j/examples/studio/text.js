// All words of the page come from text.en.json and text.zh.json; numbers and dates are written as Intl has them.

let language = "en";
let texts = {};

/** Reads the texts of a language and puts them into the whole page. */
export async function speak(wanted) {
  const answer = await fetch(`text.${wanted}.json`);
  texts = await answer.json();
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
  applyTexts(document);
}

const formats = new Map();

/** A format of the language, made once: views are written anew at each event. */
function format(Type, options) {
  const key = `${Type.name} ${language} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    formats.set(key, new Type(language, options));
  }
  return formats.get(key);
}

/** Whether there is a text of this name. */
export function has(key) {
  return key in texts;
}

/**
 * The text of a name, with `{value}` filled in. A `count` among the values chooses between `name.one` and
 * `name.other` by the rules of the language.
 */
export function t(key, values = {}) {
  let text = texts[key];
  if (text === undefined && "count" in values) {
    const form = format(Intl.PluralRules, {}).select(values.count);
    text = texts[`${key}.${form}`] ?? texts[`${key}.other`];
  }
  return (text ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

/** Fills in the texts of an element and of all in it: data-text, data-label and data-placeholder name them. */
function applyTexts(root) {
  for (const element of root.querySelectorAll("[data-text],[data-label],[data-placeholder]")) {
    applyText(element);
  }
}

/** Fills in the texts of one element. */
export function applyText(element) {
  const { text, label, placeholder } = element.dataset;
  if (text) {
    element.textContent = t(text);
  }
  if (label) {
    element.setAttribute("aria-label", t(label));
    if (element.tagName === "BUTTON") {
      element.title = t(label);
    }
  }
  if (placeholder) {
    element.placeholder = t(placeholder);
  }
}

export function number(value, options = {}) {
  return format(Intl.NumberFormat, { maximumFractionDigits: 4, ...options }).format(value);
}

export function percent(share) {
  return number(share, { style: "percent", maximumFractionDigits: 0 });
}

export function date(value) {
  const when = new Date(value);
  return Number.isNaN(when.getTime())
    ? ""
    : format(Intl.DateTimeFormat, { dateStyle: "medium", timeStyle: "short" }).format(when);
}

/** A size of memory or files, in the largest unit that leaves a whole part. */
export function bytes(value) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const amount = value / 1000 ** power;
  return number(amount, {
    style: "unit",
    unit: units[power],
    unitDisplay: "short",
    maximumFractionDigits: amount < 10 && power > 0 ? 1 : 0,
  });
}

/** A time in the two largest units that matter: 40 sec, 3 min 20 sec, 2 hr 5 min. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const unit = (value, name) => number(value, { style: "unit", unit: name, unitDisplay: "short" });
  if (whole < 60) {
    return unit(whole, "second");
  }
  const [large, small, largeName, smallName] =
    whole < 3600
      ? [Math.floor(whole / 60), whole < 600 ? whole % 60 : 0, "minute", "second"]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), "hour", "minute"];
  return small > 0 ? `${unit(large, largeName)} ${unit(small, smallName)}` : unit(large, largeName);
}

/** A list of names as the language joins them. */
export function listed(names) {
  return format(Intl.ListFormat, { type: "conjunction" }).format(names);
}
