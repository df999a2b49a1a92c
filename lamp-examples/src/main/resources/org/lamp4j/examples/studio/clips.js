// The first column: the clips that a motion is learned from.
import * as api from "./api.js";
import { clipCard } from "./clip-card.js";
import { byId, el, keyed, setText, setValue } from "./dom.js";
import { chooseBy, clipsAmong, dropOn } from "./files.js";
import { iconButton } from "./icons.js";
import { attempt, errorText, offerUndo } from "./messages.js";
import { change, current, put, watch } from "./store.js";
import { percent, t } from "./text.js";

/** The clips that are there for the person: without those whose removal can still be undone. */
function shownSources(state) {
  return state.sources.filter((source) => !state.removed.has(source.id));
}

/** The clips to learn from. */
export function chosenSources(state) {
  return shownSources(state).filter((source) => !state.draft.unused.includes(source.id));
}

export function startClips() {
  chooseBy(byId("clip-files-button"), byId("clip-files"), addAll);
  chooseBy(byId("clip-folder-button"), byId("clip-folder"), (files) => addAll(clipsAmong(files)));
  dropOn(byId("clip-drop"), addAll);
  dropOn(byId("clip-list"), addAll);
  byId("clip-samples-button").addEventListener("click", () => attempt(() => api.post("samples")));
  byId("shared-caption").addEventListener("input", (event) => {
    change((state) => {
      state.draft.sharedCaption = event.target.value;
    });
  });
  byId("shared-caption-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(captionAll);
  });
  watch(render);
}

function render(state) {
  const sources = shownSources(state);
  keyed(byId("clip-list"), sources, (source) => clipCard(source, removeSource));
  keyed(byId("uploads"), state.uploads, uploadRow, (upload) => upload.key);
  byId("shared-caption-form").hidden = sources.length < 2;
  setValue(byId("shared-caption"), state.draft.sharedCaption);
  byId("clips-empty").hidden = !state.loaded || sources.length + state.uploads.length > 0;
  byId("clip-samples-button").hidden = !state.studio?.features?.includes("samples") || sources.length > 0;
}

async function captionAll() {
  const caption = current().draft.sharedCaption.trim();
  if (caption === "") {
    byId("shared-caption").focus();
    return;
  }
  for (const source of shownSources(current())) {
    put("sources", await api.patch(`sources/${source.id}`, { caption }));
  }
}

let uploadCount = 0;

async function addAll(files) {
  const limits = current().studio?.limits ?? {};
  const uploads = files.map((file) => ({ key: ++uploadCount, name: file.name, share: 0, file, error: null }));
  change((state) => state.uploads.push(...uploads));
  // One after the other: the disk and the decoder on the other side are the same for all of them.
  for (const upload of uploads) {
    if (limits.sourceBytes && upload.file.size > limits.sourceBytes) {
      fail(upload, { message: t("clips.tooLarge"), advice: t("clips.tooLargeAdvice") });
    } else if (limits.sources && current().sources.length >= limits.sources) {
      fail(upload, { message: t("clips.tooMany", { count: limits.sources }), advice: t("clips.tooManyAdvice") });
    } else {
      await send(upload);
    }
  }
}

async function send(upload) {
  try {
    const source = await api.upload("sources", upload.file, (share) => {
      change(() => {
        upload.share = share;
      });
    });
    put("sources", source);
    dismiss(upload);
  } catch (error) {
    fail(upload, error);
  }
}

function fail(upload, error) {
  change(() => {
    upload.error = error;
  });
}

function dismiss(upload) {
  change((state) => {
    state.uploads = state.uploads.filter((other) => other !== upload);
  });
}

function uploadRow(upload) {
  const bar = el("progress", { max: 1, "aria-label": upload.name });
  const share = el("span");
  const close = iconButton("close", { label: "close", hidden: true, on: { click: () => dismiss(upload) } });
  const problem = el("div", { role: "alert" });
  const row = el(
    "li",
    { data: { testid: "upload" } },
    el("div", { class: "row" }, el("strong", { textContent: upload.name }), share, close),
    bar,
    problem,
  );
  row.update = () => {
    bar.value = upload.share;
    // All is sent, and the server looks at it.
    setText(share, upload.error ? "" : upload.share < 1 ? percent(upload.share) : t("clips.reading"));
    bar.hidden = upload.error !== null;
    close.hidden = upload.error === null;
    row.classList.toggle("failed", upload.error !== null);
    if (upload.error && !problem.hasChildNodes()) {
      problem.append(errorText(upload.error));
    }
  };
  return row;
}

function removeSource(source) {
  const bring = () => change((state) => state.removed.delete(source.id));
  change((state) => state.removed.add(source.id));
  // The server has no undo for clips, so it is told when the time for it is over.
  offerUndo(t("clips.removed", { name: source.name }), bring, async () => {
    if (await attempt(() => api.remove(`sources/${source.id}`))) {
      put("sources", { id: source.id, deleted: true });
    }
    bring();
  });
}
