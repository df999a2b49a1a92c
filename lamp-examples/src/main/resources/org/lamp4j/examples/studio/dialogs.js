// What all dialogs of the page have.
import { el } from "./dom.js";
import { iconButton } from "./icons.js";

/** The head of a dialog: the title that it is named by, and the button that closes it. */
export function dialogHead(dialog, title) {
  return el(
    "div",
    { class: "dialog-head" },
    el("h2", { id: dialog.getAttribute("aria-labelledby"), text: title }),
    iconButton("close", {
      class: "icon-button",
      label: "close",
      data: { testid: `${dialog.id}-close` },
      on: { click: () => dialog.close() },
    }),
  );
}
