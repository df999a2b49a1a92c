// The picture that a clip begins with: dropped, pasted, chosen, or drawn from a prompt.
import * as api from "./api.js";
import { button, byId, el, keyed, setText, setValue } from "./dom.js";
import { chooseBy, dropOn } from "./files.js";
import { isOpen, jobCard, shownJobs, startJob } from "./jobs.js";
import { show } from "./media.js";
import { attempt } from "./messages.js";
import { change, current, put } from "./store.js";
import { date, percent, t } from "./text.js";

const RECENT = 8;

export function startPicture() {
  chooseBy(byId("picture-button"), byId("picture-file"), ([file]) => send(file));
  dropOn(byId("picture-drop"), ([file]) => send(file));
  byId("picture-paste-button").addEventListener("click", () => attempt(paste));
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((candidate) => candidate.type.startsWith("image/"));
    if (file) {
      event.preventDefault();
      send(file);
    }
  });
  byId("draw-prompt").addEventListener("input", ({ target }) =>
    change(({ draft }) => {
      draft.drawPrompt = target.value;
    }),
  );
  byId("draw-prompt").addEventListener("keydown", (event) => {
    // The field stands in the form of the clip, which this key would send.
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      draw();
    }
  });
  byId("draw-button").addEventListener("click", draw);
}

/** Chooses a picture that is there. */
function choosePicture(id) {
  change(({ draft, problems }) => {
    draft.image = id;
    problems.animate = null;
  });
}

export function renderPicture(state) {
  const { draft, studio, images } = state;
  const picture = byId("picture");
  picture.hidden = !draft.image;
  show(picture, draft.image ? `images/${draft.image}` : null);
  const chosen = images.find((image) => image.id === draft.image);
  picture.alt = chosen?.prompt ?? t("picture.chosen");
  byId("draw-row").hidden = !studio?.features?.includes("draw");
  setValue(byId("draw-prompt"), draft.drawPrompt);
  const drawing = state.jobs.find((job) => job.kind === "draw" && isOpen(job));
  byId("draw-button").disabled = Boolean(drawing);
  keyed(byId("draw-jobs"), shownJobs(state, ["draw"]), jobCard);
  keyed(byId("recent-images"), images.slice(0, RECENT), recent);
  if (!sending) {
    setText(
      byId("picture-status"),
      chosen?.width ? t("picture.size", { width: String(chosen.width), height: String(chosen.height) }) : "",
    );
  }
}

let sending = false;

async function send(file) {
  const limit = current().studio?.limits?.imageBytes;
  await attempt(async () => {
    if (!file.type.startsWith("image/")) {
      throw new api.ApiError(415, t("picture.notOne", { name: file.name }), t("picture.notOneAdvice"));
    }
    if (limit && file.size > limit) {
      throw new api.ApiError(413, t("picture.tooLarge"), t("picture.tooLargeAdvice"));
    }
    sending = true;
    try {
      const image = await api.upload("images", file, (share) =>
        setText(byId("picture-status"), t("picture.sending", { share: percent(share) })),
      );
      put("images", { created: new Date().toISOString(), ...image });
      choosePicture(image.id);
    } finally {
      sending = false;
    }
  });
  change(() => {});
}

async function paste() {
  let items;
  try {
    items = await navigator.clipboard.read();
  } catch {
    throw new api.ApiError(0, t("picture.noClipboard"), t("picture.noClipboardAdvice"));
  }
  for (const item of items) {
    const type = item.types.find((candidate) => candidate.startsWith("image/"));
    if (type) {
      await send(new File([await item.getType(type)], "pasted.png", { type }));
      return;
    }
  }
  throw new api.ApiError(0, t("picture.noneCopied"), t("picture.noneCopiedAdvice"));
}

function draw() {
  const prompt = current().draft.drawPrompt.trim();
  change(({ problems }) => {
    problems.animate = null;
  });
  if (prompt === "") {
    byId("draw-prompt").focus();
    return;
  }
  attempt(() => startJob({ kind: "draw", name: prompt, prompt, seed: current().draft.seed ?? 0 }));
}

function recent(image) {
  const { id } = image;
  const picture = el("img", { alt: "", data: { media: "image" } });
  show(picture, `images/${id}`);
  const choice = button({ data: { testid: "recent-image" }, on: { click: () => choosePicture(id) } }, picture);
  choice.update = (now) => {
    choice.setAttribute("aria-label", now.prompt ?? t("picture.from", { date: date(now.created) }));
    choice.setAttribute("aria-pressed", String(current().draft.image === id));
  };
  return choice;
}
