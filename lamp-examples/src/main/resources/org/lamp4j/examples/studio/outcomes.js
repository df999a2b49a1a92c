// What follows when a job ends: readers of screens are told, and what this tab has started is chosen in the forms.
import { announce } from "./messages.js";
import { change, watch } from "./store.js";
import { t } from "./text.js";

const ENDS = ["done", "failed", "cancelled", "stopped"];

/** id → state, as it was when the views were last told */
const before = new Map();

export function startOutcomes() {
  watch((state) => {
    if (!state.loaded) {
      return;
    }
    for (const job of state.jobs) {
      const was = before.get(job.id);
      before.set(job.id, job.state);
      const mine = state.draft.started.includes(job.id);
      if (ENDS.includes(job.state) && was !== job.state && (was !== undefined || mine)) {
        announce(t(`outcome.${job.state}`, { name: job.name || t(`kind.${job.kind}`) }));
        if (mine) {
          // After the views are told, as they are being told now.
          queueMicrotask(() => change(({ draft }) => take(draft, job)));
        }
      }
    }
  });
}

/** Chooses what the job made, so that the next step of the work begins with it. */
function take(draft, job) {
  draft.started = draft.started.filter((id) => id !== job.id);
  if (job.pattern && job.kind === "learn" && !Array.isArray(job.pattern)) {
    draft.pattern = job.pattern;
  }
  if (job.image && job.kind === "draw") {
    draft.image = job.image;
  }
}
