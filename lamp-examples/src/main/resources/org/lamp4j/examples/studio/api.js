// Requests to the server. The token comes in the fragment of the address, which browsers send to nobody; it is taken
// out of the address bar at once and goes along as a header.
import { t } from "./text.js";

const TOKEN_KEY = "lamp-studio-token";

let token = null;

takeToken();
// The address of another run, opened in the tab of this one, changes nothing but the fragment.
window.addEventListener("hashchange", () => takeToken() && location.reload());

/** What went wrong and what to do about it, in words for the person. */
export class ApiError extends Error {
  constructor(status, message, advice = "") {
    super(message);
    this.status = status;
    this.advice = advice;
  }
}

/** Gives whether the studio has a password, which stands for the token. */
export async function hasPassword() {
  try {
    return (await send("GET", "/login", undefined, true)).password;
  } catch {
    return false;
  }
}

export async function logIn(password) {
  const answer = await send("POST", "/login", { password }, true);
  keepToken(answer.token);
}

export function get(path) {
  return send("GET", `/api/${path}`);
}

export function post(path, body) {
  return send("POST", `/api/${path}`, body ?? {});
}

export function patch(path, body) {
  return send("PATCH", `/api/${path}`, body);
}

export function remove(path) {
  return send("DELETE", `/api/${path}`);
}

/** A response as it comes, for files and for the stream of events. */
export async function open(path, options = {}) {
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      ...options,
      headers: { ...options.headers, "X-Lamp-Token": token ?? "" },
    });
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : unreachable();
  }
  if (!response.ok) {
    throw await refusal(response.status, await response.text());
  }
  return response;
}

/** Sends a file; `progress` hears the share that is sent, 0 to 1. XMLHttpRequest, as fetch does not say it. */
export function upload(path, file, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/${path}`);
    request.setRequestHeader("X-Lamp-Token", token ?? "");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name || "file"));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      progress(event.lengthComputable ? event.loaded / event.total : 0);
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("load", () => {
      if (request.status < 300) {
        resolve(JSON.parse(request.responseText));
      } else {
        reject(refusal(request.status, request.responseText));
      }
    });
    request.send(file);
  });
}

async function send(method, path, body, withoutToken = false) {
  const headers = withoutToken ? {} : { "X-Lamp-Token": token ?? "" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw unreachable();
  }
  const text = await response.text();
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  return text === "" ? null : JSON.parse(text);
}

function refusal(status, text) {
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // Not from the studio's handlers: the status has to do.
  }
  const advice = error.advice ?? (status === 507 ? t("diskFull.refused") : t("error.advice"));
  return new ApiError(status, error.message ?? t("error.status", { status: String(status) }), advice);
}

function unreachable() {
  return new ApiError(0, t("offline.title"), t("offline.advice"));
}

/** Gives whether the address has a token. */
function takeToken() {
  const given = location.hash.slice(1);
  // Others are places on the page.
  if (given && !document.getElementById(given)) {
    history.replaceState(null, "", location.pathname);
    keepToken(given);
    return true;
  }
  try {
    token ??= sessionStorage.getItem(TOKEN_KEY);
  } catch {
    // Without storage the token holds until the page is left.
  }
  return false;
}

function keepToken(value) {
  token = value;
  try {
    sessionStorage.setItem(TOKEN_KEY, value);
  } catch {
    // As above.
  }
}
