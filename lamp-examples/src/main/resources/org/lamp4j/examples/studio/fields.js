// The advanced settings: which there are, how each is entered, and that only what the person changed is sent, so that
// the defaults stay the library's.
import { el, keyed, setText, setValue } from "./dom.js";
import { change, current } from "./store.js";
import { has, t } from "./text.js";

/** By name: how a setting is entered. Those that are not here are not shown. */
const INPUTS = {
  frameCount: { type: "number", min: 1, step: 1 },
  frameSize: { type: "text", pattern: /^\d+x\d+$/ },
  frameStride: { type: "number", min: 1, step: 1 },
  learningRate: { type: "number", min: 0, step: "any" },
  rank: { type: "number", min: 0, step: 1 },
  seed: { type: "number", min: 0, step: 1 },
  horizontalFlip: { type: "checkbox" },
  validationEvery: { type: "number", min: 1, step: 1 },
  steps: { type: "number", min: 1, step: 1 },
  guidanceScale: { type: "number", min: 0, step: "any" },
  framesPerSecond: { type: "number", min: 0.01, max: 1000, step: "any" },
  negativePrompt: { type: "text" },
  noiseSharing: { type: "number", min: 0, max: 1, step: "any" },
  histogramMatching: { type: "checkbox" },
};

/** Shows the settings of a form; `hidden` are those that the form has a place of its own for. */
export function renderFields(container, form, defaults, hidden = []) {
  const names = Object.keys(INPUTS).filter(
    (name) => name in defaults && !hidden.includes(name) && has(`field.${form}.${name}`),
  );
  keyed(
    container,
    names,
    (name) => field(form, name),
    (name) => name,
  );
}

/** The settings that differ from the defaults, as the server wants them. */
export function changedOptions(form) {
  const { draft, studio } = current();
  const defaults = studio?.[form]?.defaults ?? {};
  return Object.fromEntries(
    Object.entries(draft[form]).filter(
      ([name, value]) => name in defaults && value !== null && value !== defaults[name],
    ),
  );
}

/** The first setting that is not as it must be, or null; it is shown and gets the focus. */
export function firstProblem(container) {
  const wrong = [...container.querySelectorAll("input")].find((input) => input.getAttribute("aria-invalid") === "true");
  if (wrong) {
    wrong.closest("details").open = true;
    wrong.focus();
  }
  return wrong ?? null;
}

/** Marks a field of a number as right or wrong, in words too. */
export function mark(input, right) {
  input.setAttribute("aria-invalid", String(!right));
  setText(document.getElementById(`${input.id}-problem`), right ? "" : t("problem.number", { min: input.min, max: input.max }));
}

function field(form, name) {
  const { type, pattern, ...bounds } = INPUTS[name];
  const id = `${form}-${name}`;
  const help = el("p", { class: "note", id: `${id}-help`, text: `field.${form}.${name}.help` });
  const input = el("input", { id, type, autocomplete: "off", "aria-describedby": help.id, data: { testid: id } });
  for (const [bound, value] of Object.entries(bounds)) {
    input.setAttribute(bound, String(value));
  }
  const problem = el("p", { class: "problem", role: "alert" });
  input.addEventListener("input", () => {
    const right = input.validity.valid && (!pattern || input.value === "" || pattern.test(input.value));
    input.setAttribute("aria-invalid", String(!right));
    setText(problem, right ? "" : t("problem.value"));
    change(({ draft }) => {
      draft[form][name] = right ? valueOf(input, name) : null;
    });
  });
  const label = el("label", { htmlFor: id, text: `field.${form}.${name}` });
  const box =
    type === "checkbox"
      ? el("div", { class: "field" }, el("div", { class: "check" }, input, label), help)
      : el("div", { class: "field" }, label, input, help, problem);
  box.update = () => {
    const { draft, studio } = current();
    const value = draft[form][name] ?? studio[form].defaults[name];
    if (type === "checkbox") {
      input.checked = Boolean(value);
    } else if (input.getAttribute("aria-invalid") !== "true") {
      setValue(input, value);
    }
  };
  return box;
}

function valueOf(input, name) {
  if (input.type === "checkbox") {
    return input.checked;
  }
  if (input.type === "number") {
    return input.value === "" ? null : Number(input.value);
  }
  return input.value === "" && INPUTS[name].pattern ? null : input.value;
}
