// The third column: a motion, a picture and a prompt become a clip.
import { byId, keyed, setText, setValue } from "./dom.js";
import { changedOptions, firstProblem, mark, renderFields } from "./fields.js";
import { icon } from "./icons.js";
import { jobCard, newSeed, shownJobs, startJob } from "./jobs.js";
import { attempt } from "./messages.js";
import { chosenPattern, renderMotionChoice, startMotionChoice } from "./motion-choice.js";
import { renderPicture, startPicture } from "./picture.js";
import { galleryResults, resultCard } from "./results.js";
import { change, current, watch } from "./store.js";
import { t } from "./text.js";

const KINDS = ["animate", "extend", "smooth", "enlarge"];

export function startAnimate() {
  if (current().draft.seed === null) {
    rollSeed();
  }
  startMotionChoice();
  startPicture();
  byId("dice-button").append(icon("dice"));
  byId("dice-button").addEventListener("click", rollSeed);
  byId("prompt").addEventListener("input", ({ target }) =>
    change(({ draft, problems }) => {
      draft.prompt = target.value;
      problems.animate = null;
    }),
  );
  byId("seed").addEventListener("input", ({ target }) => {
    const right = target.validity.valid && target.value !== "";
    mark(target, right);
    if (right) {
      change(({ draft }) => {
        draft.seed = Number(target.value);
      });
    }
  });
  byId("animate-form").addEventListener("submit", (event) => {
    event.preventDefault();
    animate();
  });
  watch(render);
}

function rollSeed() {
  mark(byId("seed"), true);
  const seed = newSeed();
  byId("seed").value = String(seed);
  change(({ draft }) => {
    draft.seed = seed;
  });
}

function render(state) {
  renderMotionChoice(state);
  renderPicture(state);
  setValue(byId("prompt"), state.draft.prompt);
  if (byId("seed").getAttribute("aria-invalid") !== "true") {
    setValue(byId("seed"), state.draft.seed);
  }
  if (state.studio) {
    renderFields(byId("animate-fields"), "animate", state.studio.animate.defaults, ["seed"]);
  }
  byId("animate-button").disabled = state.studio === null;
  const problem = state.problems.animate;
  for (const part of ["pattern", "picture", "prompt"]) {
    setText(byId(`${part}-problem`), problem === part ? t(`problem.${part}`) : "");
  }
  byId("prompt").setAttribute("aria-invalid", String(problem === "prompt"));
  keyed(byId("animate-jobs"), shownJobs(state, KINDS), jobCard);
  keyed(byId("latest-result"), galleryResults(state).slice(0, 1), (result) => resultCard(result, true));
}

function animate() {
  const { draft, patterns } = current();
  const pattern = chosenPattern();
  const prompt = draft.prompt.trim();
  if (!pattern) {
    return refuse("pattern", document.querySelector("#pattern-choice input") ?? byId("motion-name"));
  }
  if (!draft.image) {
    return refuse("picture", byId("picture-button"));
  }
  if (!prompt) {
    return refuse("prompt", byId("prompt"));
  }
  if (byId("seed").getAttribute("aria-invalid") === "true") {
    return byId("seed").focus();
  }
  if (firstProblem(byId("animate-fields"))) {
    return null;
  }
  const one = patterns.find((candidate) => candidate.id === pattern);
  return attempt(() =>
    startJob({
      kind: "animate",
      name: one ? `${prompt} (${one.name})` : prompt,
      pattern,
      image: draft.image,
      prompt,
      options: { ...changedOptions("animate"), seed: draft.seed },
    }),
  );
}

function refuse(problem, place) {
  change(({ problems }) => {
    problems.animate = problem;
  });
  place.focus();
  return null;
}
