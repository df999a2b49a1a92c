// The dialog of the model: which one draws, where it runs, and what it has to do with.
import * as api from "./api.js";
import { dialogHead } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { isOpen } from "./jobs.js";
import { errorText, say } from "./messages.js";
import { change, current } from "./store.js";
import { bytes, t } from "./text.js";

export function startModel() {
  byId("model-button").addEventListener("click", open);
}

function open() {
  const { studio, jobs } = current();
  if (!studio) {
    return;
  }
  const dialog = byId("model-dialog");
  const busy = jobs.some(isOpen);
  const radio = (id, checked) => el("input", { type: "radio", name: "model", id, checked, disabled: busy });
  const embedded = radio("model-embedded", studio.model.embedded);
  const other = radio("model-own", !studio.model.embedded);
  const path = el("input", {
    id: "model-path",
    autocomplete: "off",
    spellcheck: false,
    value: studio.model.embedded ? "" : (studio.model.path ?? ""),
    placeholder: "model.pathExample",
    disabled: busy,
    on: {
      input: () => {
        other.checked = true;
      },
    },
  });
  const problem = el("div", { role: "alert", id: "model-problem" });
  const apply = el("button", { class: "primary", id: "model-apply", text: "model.apply", disabled: busy });
  const form = el(
    "form",
    { class: "form", noValidate: true },
    el(
      "label",
      { class: "radio-card", htmlFor: "model-embedded" },
      el("span", { class: "check" }, embedded, el("strong", { text: "model.embedded" })),
      el("span", { class: "note", text: "model.embeddedHelp" }),
    ),
    el(
      "div",
      { class: "radio-card" },
      el("label", { class: "check" }, other, el("strong", { text: "model.own" })),
      el("label", { class: "note", htmlFor: "model-path", text: "model.path" }),
      path,
    ),
    busy ? el("p", { class: "note", text: "model.busy" }) : null,
    problem,
    apply,
  );
  const choose = async (wanted) => {
    if (wanted === "") {
      path.focus();
      problem.replaceChildren(errorText({ message: t("problem.path") }));
      return;
    }
    apply.disabled = true;
    problem.replaceChildren(el("p", { class: "note", role: "status", text: "model.loading" }));
    try {
      const answer = await api.post("model", wanted === "embedded" ? { path: "embedded" } : { path: wanted });
      change((state) => {
        state.studio = answer;
      });
      dialog.close();
      say(t("model.changed", { name: answer.model.name }));
    } catch (error) {
      problem.replaceChildren(errorText(error));
      apply.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(other.checked ? path.value.trim() : "embedded");
  });
  dialog.replaceChildren(
    dialogHead(dialog, "model.title"),
    factList(studio),
    form,
  );
  dialog.showModal();
}

function factList({ model, device, memoryBudget, folder, freeBytes, version }) {
  const facts = [
    ["model.now", model.name],
    ["model.fingerprint", model.fingerprint?.slice(0, 16)],
    ["model.device", device],
    ["model.budget", memoryBudget ? bytes(memoryBudget) : t("model.noBudget")],
    ["model.folder", folder],
    ["disk.title", Number.isFinite(freeBytes) ? bytes(freeBytes) : null],
    ["model.version", version],
  ].filter(([, value]) => value);
  return el(
    "dl",
    { class: "facts" },
    facts.map(([key, value]) => [el("dt", { text: key }), el("dd", { textContent: value })]),
  );
}
