// What the page says beside its forms: short messages that go by themselves, with undo, and errors with their advice.
import { button, byId, el } from "./dom.js";
import { iconButton } from "./icons.js";
import { t } from "./text.js";

const SHOWN_FOR = 10_000;

/** Tells readers of screens what happened elsewhere on the page. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Shows a message with a button that takes the action back; `gone` is called when it no longer can be. */
export function offerUndo(text, undo, gone = () => {}) {
  let undone = false;
  const toast = showToast(el("p", { textContent: text }), {
    action: button({
      class: "small",
      text: "undo",
      data: { testid: "undo" },
      on: {
        click: () => {
          undone = true;
          toast.close();
          undo();
        },
      },
    }),
    gone: () => undone || gone(),
  });
}

/** Shows a message that goes by itself. */
export function say(text) {
  showToast(el("p", { textContent: text }));
}

/** Shows an error with what to do about it; it stays until it is closed. */
export function sayError(error) {
  showToast(errorText(error), { bad: true });
}

/** An error's message and advice. */
export function errorText(error) {
  return el(
    "div",
    { class: "advice" },
    el("strong", { textContent: error.message }),
    error.advice ? el("p", { textContent: error.advice }) : null,
  );
}

/** Runs an action of the person; what fails is shown as an error. Gives whether it went well. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    sayError(error.status === undefined ? { message: t("error.page"), advice: String(error.message) } : error);
    if (error.status === undefined) {
      console.error(error);
    }
    return false;
  }
}

function showToast(content, { action = null, bad = false, gone = () => {} } = {}) {
  const toast = el("div", {
    class: bad ? "toast bad" : "toast",
    role: bad ? "alert" : "status",
    data: { testid: bad ? "error" : "message" },
  });
  let timer = 0;
  toast.close = () => {
    clearTimeout(timer);
    toast.remove();
    gone();
  };
  const close = iconButton("close", { label: "close", on: { click: toast.close } });
  toast.append(el("div", {}, content), ...(action ? [action] : []), close);
  if (!bad) {
    // Nobody loses a button that they point at or have the focus on.
    const start = () => {
      clearTimeout(timer);
      timer = setTimeout(toast.close, SHOWN_FOR);
    };
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusin", () => clearTimeout(timer));
    toast.addEventListener("focusout", start);
    start();
  }
  const toasts = byId("toasts");
  if (bad) {
    for (const other of toasts.querySelectorAll(".bad")) {
      if (other.querySelector("strong")?.textContent === toast.querySelector("strong")?.textContent) {
        other.close();
      }
    }
  }
  toasts.append(toast);
  return toast;
}
