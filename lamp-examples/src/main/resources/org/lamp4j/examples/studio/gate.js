// What is shown instead of the studio to who has no token, or one of a studio that has ended.
import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { retryNow } from "./events.js";
import { errorText } from "./messages.js";
import { change, current, watch } from "./store.js";

export function startGate() {
  const gate = byId("gate");
  // There is nothing behind it to go to.
  gate.addEventListener("cancel", (event) => event.preventDefault());
  watch((state) => {
    if (state.connection === "denied" && !gate.open) {
      api.hasPassword().then((password) => {
        if (current().connection === "denied" && !gate.open) {
          fill(gate, password);
          gate.showModal();
        }
      });
    } else if (state.connection === "online" && gate.open) {
      gate.close();
    }
  });
}

function fill(gate, hasPassword) {
  const title = el("h2", { id: "gate-title", text: "gate.title", tabIndex: -1 });
  if (!hasPassword) {
    title.autofocus = true;
    gate.replaceChildren(title, el("p", { text: "gate.advice" }));
    return;
  }
  const password = el("input", { id: "password", type: "password", autocomplete: "current-password", autofocus: true });
  const problem = el("div", { role: "alert" });
  const form = el(
    "form",
    { class: "form" },
    el("div", { class: "field" }, el("label", { htmlFor: "password", text: "gate.password" }), password),
    problem,
    el("button", { class: "primary", text: "gate.enter", id: "login-button" }),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await api.logIn(password.value);
      change((state) => {
        state.connection = "connecting";
      });
      retryNow();
    } catch (error) {
      problem.replaceChildren(errorText(error));
      password.select();
    }
  });
  gate.replaceChildren(title, form);
}
