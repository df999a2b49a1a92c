// What stands above the columns: the model, memory and disk, the switches, banners, and the tabs of small windows.
import { chosenSources } from "./clips.js";
import { button, byId, el, keyed, setText } from "./dom.js";
import { retryNow } from "./events.js";
import { icon } from "./icons.js";
import { isOpen } from "./jobs.js";
import { applyMotion, moves } from "./media.js";
import { sayError } from "./messages.js";
import { galleryResults } from "./results.js";
import { change, current, watch } from "./store.js";
import { bytes, speak, t } from "./text.js";

const LOW_DISK = 2e9;

export function startHeader() {
  byId("motion-button").addEventListener("click", () => {
    const wanted = !moves();
    change(({ settings }) => {
      settings.motion = wanted;
    });
    applyMotion();
  });
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => {
    change(() => {});
    applyMotion();
  });
  byId("theme-select").addEventListener("change", ({ target }) =>
    change(({ settings }) => {
      settings.theme = target.value;
    }),
  );
  byId("language-select").addEventListener("change", ({ target }) => {
    speak(target.value).then(
      () =>
        change(({ settings }) => {
          settings.language = target.value;
        }),
      () => {
        // The words come from the server too.
        sayError({ message: t("offline.title"), advice: t("offline.advice") });
        change(() => {});
      },
    );
  });
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.addEventListener("click", () =>
      change((state) => {
        state.tab = tab.dataset.tab;
      }),
    );
  }
  watch(render);
}

function render(state) {
  const { studio, settings, connection } = state;
  byId("theme-select").value = settings.theme;
  byId("language-select").value = settings.language.startsWith("zh") ? "zh" : "en";
  if (settings.theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = settings.theme;
  }
  const motion = byId("motion-button");
  motion.setAttribute("aria-pressed", String(moves()));
  if (motion.dataset.moves !== String(moves())) {
    motion.dataset.moves = String(moves());
    motion.replaceChildren(icon(moves() ? "pause" : "play"));
  }
  byId("model-button").dataset.connection = connection;
  byId("model-button").disabled = studio === null;
  if (studio) {
    setText(byId("model-name"), studio.model.name);
    setText(byId("model-device"), studio.device);
    renderMeters(studio);
  }
  keyed(byId("banners"), banners(state), banner, ({ key }) => key);
  renderTabs(state);
}

function renderMeters({ memoryBudget, freeBytes, limits }) {
  setText(byId("memory"), memoryBudget ? bytes(memoryBudget) : "–");
  setText(byId("free-space"), Number.isFinite(freeBytes) ? bytes(freeBytes) : "–");
  byId("free-space").classList.toggle("low", freeBytes < (limits?.lowDiskBytes ?? LOW_DISK));
}

function renderTabs(state) {
  byId("main").dataset.tab = state.tab;
  const open = (kinds) => state.jobs.filter((job) => isOpen(job) && kinds(job.kind)).length;
  const counts = {
    clips: chosenSources(state).length,
    learn: open((kind) => kind === "learn"),
    animate: open((kind) => kind !== "learn"),
    library: galleryResults(state).length,
  };
  for (const tab of document.querySelectorAll("#tabs button")) {
    const { tab: name } = tab.dataset;
    tab.setAttribute("aria-current", state.tab === name ? "page" : "false");
    setText(tab.querySelector(".badge"), counts[name] ? String(counts[name]) : "");
  }
}

function banners({ connection, studio }) {
  const shown = [];
  if (connection === "offline") {
    shown.push({ key: "offline", bad: true, action: retryNow });
  }
  const low = studio?.limits?.lowDiskBytes ?? LOW_DISK;
  if (studio && studio.freeBytes < low / 10) {
    shown.push({ key: "diskFull", bad: true });
  } else if (studio && studio.freeBytes < low) {
    shown.push({ key: "diskLow" });
  }
  return shown;
}

function banner({ key, bad, action }) {
  const retry = action
    ? button({ class: "small", text: "offline.retry", id: "retry-button", on: { click: action } })
    : null;
  const words = el("span");
  const row = el(
    "div",
    { class: bad ? "banner bad" : "banner", id: `banner-${key}` },
    el("strong", {}, icon("warn"), el("span", { text: `${key}.title` })),
    words,
    ...(retry ? [retry] : []),
  );
  row.update = () => {
    const { refused, studio } = current();
    const free = studio?.freeBytes;
    const said = key === "offline" && refused ? `${refused.message} ${refused.advice}` : null;
    setText(words, said ?? t(`${key}.advice`, { free: Number.isFinite(free) ? bytes(free) : "" }));
  };
  return row;
}
