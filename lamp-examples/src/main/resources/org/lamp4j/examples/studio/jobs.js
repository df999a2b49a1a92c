// A job as both columns show it: where it is, how long it still takes, what can be done about it.
import * as api from "./api.js";
import { lossCurve } from "./curve.js";
import { button, el, keyed, setText } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { movingImage, show } from "./media.js";
import { attempt, errorText } from "./messages.js";
import { usePattern } from "./motion-choice.js";
import { change, current, put } from "./store.js";
import { duration, percent, t } from "./text.js";

const OPEN = ["waiting", "running", "paused"];

export function isOpen(job) {
  return OPEN.includes(job.state);
}

/** Puts a job into the queue and remembers that this tab wants what it makes. */
export async function startJob(request) {
  const { id } = await api.post("jobs", request);
  change((state) => {
    state.draft.started = [...state.draft.started.slice(-20), id];
  });
  put("jobs", {
    kind: request.kind,
    name: request.name,
    state: "waiting",
    step: 0,
    created: new Date().toISOString(),
    losses: [],
    ...known(id),
    id,
  });
  return id;
}

/** A seed that is easy to read out and to type. */
export function newSeed() {
  return Math.floor(Math.random() * 1_000_000);
}

/** The jobs of some kinds that a column shows: all that are open, and the newest that failed or was stopped. */
export function shownJobs(state, kinds) {
  const mine = state.jobs.filter((job) => kinds.includes(job.kind) && !state.draft.putAway.includes(job.id));
  const open = mine.filter(isOpen).reverse();
  const ended = mine.filter(
    (job) => job.state === "failed" || (job.kind === "learn" && ["done", "stopped"].includes(job.state)),
  );
  return [...open, ...ended.slice(0, 1)];
}

export function jobCard(job) {
  const { id } = job;
  const act = (action) => attempt(() => api.post(`jobs/${id}/${action}`));
  const control = (action, name, extra = "") =>
    button(
      { class: `small ${extra}`, data: { testid: `job-${action}` }, on: { click: () => act(action) } },
      icon(name),
      " ",
      el("span", { text: `job.${action}` }),
    );
  const parts = {
    name: el("h3"),
    state: el("span", { class: "state", data: { testid: "job-state" } }),
    bar: el("progress", { max: 1, value: 0 }),
    step: el("span"),
    left: el("span"),
    preview: el("img", { class: "preview", data: { media: "image", testid: "live-preview" }, hidden: true }),
    curve: lossCurve(),
    validations: el("div", { class: "validations" }),
    problem: el("div", { role: "alert" }),
    pause: control("pause", "pause"),
    resume: control("resume", "play"),
    stop: control("stop", "stop"),
    cancel: control("cancel", "close", "danger"),
    use: button({
      class: "small",
      text: "job.use",
      data: { testid: "job-use" },
      on: { click: () => usePattern(known(id).pattern) },
    }),
    again: button({ class: "small", text: "job.again", data: { testid: "job-again" }, on: { click: () => again(id) } }),
    away: iconButton("close", { label: "close", on: { click: () => putAway(id) } }),
  };
  const card = el(
    "li",
    { class: "card job", data: { testid: "job", kind: job.kind } },
    el("div", { class: "job-head" }, parts.name, parts.state, parts.away),
    parts.preview,
    parts.curve,
    parts.bar,
    el("p", { class: "job-numbers" }, parts.step, parts.left),
    parts.validations,
    parts.problem,
    el("div", { class: "actions" }, parts.pause, parts.resume, parts.stop, parts.cancel, parts.use, parts.again),
  );
  card.update = (now) => updateCard(card, parts, now);
  return card;
}

function updateCard(card, parts, job) {
  const learns = job.kind === "learn";
  const running = job.state === "running";
  card.className = `card job ${job.state}`;
  card.dataset.state = job.state;
  setText(parts.name, job.name || t(`kind.${job.kind}`));
  setText(parts.state, t(`state.${job.state}`));
  parts.away.hidden = isOpen(job);
  const share = job.steps ? job.step / job.steps : 0;
  parts.bar.hidden = !isOpen(job);
  if (running && !job.steps) {
    parts.bar.removeAttribute("value");
  } else {
    parts.bar.value = share;
  }
  parts.bar.setAttribute("aria-label", t("job.progress", { name: parts.name.textContent }));
  setText(
    parts.step,
    job.steps && job.state !== "waiting"
      ? t("job.step", { step: job.step, steps: job.steps, share: percent(share) })
      : "",
  );
  setText(parts.left, timeLeft(job));
  updatePictures(parts, job, learns, running);
  parts.pause.hidden = !running;
  parts.resume.hidden = job.state !== "paused";
  parts.stop.hidden = !learns || !["running", "paused"].includes(job.state) || !(job.step > 0);
  parts.cancel.hidden = !isOpen(job);
  parts.use.hidden =
    !learns ||
    isOpen(job) ||
    !current().patterns.some((pattern) => pattern.id === job.pattern && pattern.fits !== false);
  parts.again.hidden = job.state !== "failed" || !job.request;
  const problem = job.message ?? ""; // one that goes on has none any more
  if (parts.problem.dataset.shown !== problem) {
    parts.problem.dataset.shown = problem;
    parts.problem.replaceChildren(...(problem ? [errorText({ message: problem, advice: job.advice })] : []));
  }
}

function updatePictures(parts, job, learns, running) {
  parts.preview.hidden = !running || !job.preview;
  if (!parts.preview.hidden) {
    parts.preview.alt = t("job.preview", { name: parts.name.textContent });
    show(parts.preview, `jobs/${job.id}/preview?v=${job.preview}`);
  }
  parts.curve.toggleAttribute("hidden", !learns || !(job.losses?.length > 1));
  if (learns && job.losses?.length > 1) {
    parts.curve.update(job.losses, job.steps);
  }
  parts.validations.hidden = !(job.validations?.length > 0);
  keyed(parts.validations, job.validations ?? [], validation, (result) => result);
}

function validation(result) {
  return movingImage(`results/${result}/clip.gif`, { alt: t("job.validation") });
}

function timeLeft(job) {
  if (job.state === "waiting") {
    const before = current().jobs.filter(
      (other) => isOpen(other) && other.state !== "paused" && other.created < job.created,
    ).length;
    return before > 0 ? t("job.before", { count: before }) : "";
  }
  if (job.state === "running") {
    return Number.isFinite(job.secondsLeft) ? t("job.left", { time: duration(job.secondsLeft) }) : t("job.measuring");
  }
  return job.state === "done" && job.started && job.ended
    ? t("job.took", { time: duration((Date.parse(job.ended) - Date.parse(job.started)) / 1000) })
    : "";
}

function again(id) {
  const { request } = known(id);
  return attempt(async () => {
    await startJob(request);
    putAway(id);
  });
}

function putAway(id) {
  change(({ draft }) => {
    draft.putAway = [...draft.putAway.slice(-50), id];
  });
}

function known(id) {
  return current().jobs.find((job) => job.id === id) ?? {};
}
