// The second column: a motion is learned from the chosen clips.
import { allSaved } from "./clip-card.js";
import { chosenSources } from "./clips.js";
import { button, byId, el, keyed, setText, setValue } from "./dom.js";
import { changedOptions, firstProblem, mark, renderFields } from "./fields.js";
import { jobCard, shownJobs, startJob } from "./jobs.js";
import { attempt, say } from "./messages.js";
import { change, current, watch } from "./store.js";
import { duration, number, t } from "./text.js";

/** How many of the default's steps a choice takes. */
const PRESETS = { quick: 0.25, balanced: 1, thorough: 2 };

export function startLearn() {
  const bind = (id, name) =>
    byId(id).addEventListener("input", (event) =>
      change(({ draft, problems }) => {
        draft[name] = event.target.value;
        problems.learn = null;
      }),
    );
  bind("motion-name", "name");
  bind("validation-prompt", "validationPrompt");
  byId("learn-steps").addEventListener("input", ({ target }) => {
    const right = target.validity.valid && target.value !== "";
    mark(target, right);
    change(({ draft }) => {
      draft.learn.steps = right ? Number(target.value) : null;
    });
  });
  byId("learn-form").addEventListener("submit", (event) => {
    event.preventDefault();
    learn();
  });
  watch(render);
}

function render(state) {
  const { studio, draft } = state;
  const jobs = shownJobs(state, ["learn"]);
  keyed(byId("learn-jobs"), jobs, jobCard);
  byId("learn-empty").hidden = !state.loaded || jobs.length > 0;
  setValue(byId("motion-name"), draft.name);
  setValue(byId("validation-prompt"), draft.validationPrompt);
  byId("learn-button").disabled = studio === null;
  const problem = stillThere(state);
  setText(byId("motion-name-problem"), problem === "name" ? t("problem.name") : "");
  byId("motion-name").setAttribute("aria-invalid", String(problem === "name"));
  setText(
    byId("learn-problem"),
    problem === "clips" ? t("problem.clips") : problem === "captions" ? t("problem.captions") : "",
  );
  if (!studio) {
    return;
  }
  const { defaults } = studio.learn;
  const steps = draft.learn.steps ?? defaults.steps;
  const field = byId("learn-steps");
  if (field.getAttribute("aria-invalid") !== "true") {
    setValue(field, steps);
  }
  keyed(byId("learn-presets"), Object.entries(PRESETS), preset, ([name]) => name);
  setText(byId("learn-time"), timeText(studio.secondsPerStep, steps, chosenSources(state).length));
  renderFields(byId("learn-fields"), "learn", defaults, ["steps"]);
}

/** What the form lacks, until the person has mended it. */
function stillThere(state) {
  const sources = chosenSources(state);
  const mended = {
    clips: sources.length > 0,
    captions: sources.every((source) => source.caption?.trim()),
  };
  return mended[state.problems.learn] ? null : state.problems.learn;
}

function timeText(secondsPerStep, steps, count) {
  if (!secondsPerStep) {
    return t("learn.timeUnknown");
  }
  const time = duration(secondsPerStep * steps);
  return count > 0 ? t("learn.time", { time, clips: t("clips.count", { count }) }) : t("learn.timeAlone", { time });
}

function preset([name, factor]) {
  const steps = () => Math.max(1, Math.round(current().studio.learn.defaults.steps * factor));
  const choice = button(
    {
      data: { testid: `preset-${name}` },
      on: {
        click: () => {
          mark(byId("learn-steps"), true);
          change(({ draft }) => {
            draft.learn.steps = steps();
          });
        },
      },
    },
    el("span", { text: `preset.${name}` }),
  );
  choice.update = () => {
    const { draft, studio } = current();
    choice.setAttribute("aria-pressed", String((draft.learn.steps ?? studio.learn.defaults.steps) === steps()));
    choice.title = t("preset.steps", { steps: number(steps()) });
  };
  return choice;
}

function learn() {
  const state = current();
  const sources = chosenSources(state);
  const bare = sources.filter((source) => !source.caption?.trim());
  if (state.draft.name.trim() === "") {
    return refuse("name", () => byId("motion-name"));
  }
  if (sources.length === 0) {
    return refuse("clips", () => byId("clip-files-button"));
  }
  if (bare.length > 0) {
    change(({ problems }) => {
      problems.captions = bare.map((source) => source.id);
    });
    return refuse("captions", () => byId(`caption-${bare[0].id}`));
  }
  if (byId("learn-steps").getAttribute("aria-invalid") === "true") {
    byId("learn-steps").focus();
    return null;
  }
  if (firstProblem(byId("learn-fields"))) {
    return null;
  }
  const validationPrompt = state.draft.validationPrompt.trim();
  return attempt(async () => {
    await allSaved();
    await startJob({
      kind: "learn",
      name: state.draft.name.trim(),
      sources: sources.map((source) => source.id),
      options: changedOptions("learn"),
      ...(validationPrompt ? { validationPrompt } : {}),
    });
  });
}

/** Says what is missing, and takes the person there: in the column of the clips where the clips lack it. */
function refuse(problem, place) {
  const away = problem !== "name" && byId("clips").offsetParent === null;
  change((state) => {
    state.problems.learn = problem;
    if (problem !== "name") {
      state.tab = "clips";
    }
  });
  if (away) {
    // In a small window the form with its words has just made room for the clips.
    say(t(`problem.${problem}`));
  }
  queueMicrotask(() => place()?.focus());
  return null;
}
