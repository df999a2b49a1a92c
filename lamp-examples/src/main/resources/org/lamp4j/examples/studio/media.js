// Thumbnails, pictures and clips. They need the token, so they are fetched when they come into view and shown by
// blob addresses, which are given back when the element goes or shows something else.
import { open } from "./api.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { current } from "./store.js";
import { t } from "./text.js";

/** element → {path, moving, shown, url} */
const held = new WeakMap();

const inView = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        inView.unobserve(target);
        load(target);
      }
    }
  },
  { rootMargin: "200px" },
);

new MutationObserver((changes) => {
  for (const { removedNodes } of changes) {
    for (const node of removedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        const media = node.matches("[data-media]") ? [node] : node.querySelectorAll("[data-media]");
        media.forEach((element) => element.isConnected || release(element));
      }
    }
  }
}).observe(document, { childList: true, subtree: true });

/** An image of what lies at a path of the API; it plays by itself if it is a GIF, unless motion is off. */
export function movingImage(path, properties = {}) {
  const image = el("img", { decoding: "async", alt: "", ...properties, data: { media: "gif" } });
  show(image, path);
  return image;
}

/** A clip that plays in a loop, with the browser's controls; where the browser cannot play MP4, its GIF stands in. */
export function loopingClip(path, name) {
  const video = el("video", {
    class: "clip",
    loop: true,
    muted: true,
    playsInline: true,
    controls: true,
    "aria-label": name,
    data: { media: "video" },
  });
  video.setAttribute("muted", "");
  video.addEventListener("error", () => {
    video.replaceWith(movingImage(path.replace(/\.mp4$/, ".gif"), { class: "clip", alt: name }));
  });
  show(video, path);
  return video;
}

/** A clip that plays in a loop with one button to stop it, for where many stand side by side. */
export function smallClip(path, name) {
  const video = loopingClip(path, name);
  video.controls = false;
  video.tabIndex = -1;
  const toggle = button({
    class: "icon-button small clip-toggle",
    data: { testid: "clip-toggle" },
    on: { click: () => (video.paused ? video.play() : video.pause()) },
  });
  const label = () => {
    toggle.setAttribute("aria-label", t(video.paused ? "clip.play" : "clip.pause", { name }));
    toggle.replaceChildren(icon(video.paused ? "play" : "pause"));
  };
  const frame = el("div", { class: "clip-frame" }, video, toggle);
  frame.update = label;
  video.addEventListener("play", label);
  video.addEventListener("pause", label);
  video.addEventListener("error", () => {
    // An image stands in, which the switch in the header stops.
    toggle.hidden = true;
  });
  label();
  return frame;
}

/** Has an element show what lies at a path of the API. The old stays until the new is there. */
export function show(element, path) {
  const entry = held.get(element);
  if (entry?.path === path) {
    return;
  }
  held.set(element, { ...entry, path });
  element.dataset.media ??= "image";
  if (!path) {
    release(element);
    return;
  }
  if (entry?.url) {
    load(element);
  } else {
    inView.observe(element);
  }
}

/** Tries again what could not be shown, once the server answers again. */
export function retryMissing() {
  for (const element of document.querySelectorAll(".missing")) {
    load(element);
  }
}

/** Starts or stops everything that moves by itself, as the switch in the header says. */
export function applyMotion() {
  for (const video of document.querySelectorAll("video[data-media]")) {
    play(video);
  }
  for (const image of document.querySelectorAll("img[data-media=gif]")) {
    const entry = held.get(image);
    if (entry?.blob) {
      display(image, entry, entry.blob);
    }
  }
}

/** Whether clips may play without being asked. */
export function moves() {
  return current().settings.motion ?? !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Fetches a file and gives it to the browser to save. */
export async function download(path, name) {
  const response = await open(path);
  const url = URL.createObjectURL(await response.blob());
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function load(element) {
  const entry = held.get(element);
  if (!entry?.path) {
    return;
  }
  const { path } = entry;
  try {
    const response = await open(path);
    const blob = await response.blob();
    if (held.get(element)?.path === path) {
      await display(element, held.get(element), blob);
    }
  } catch {
    // The frame stays empty, and says by its style that there is no image; `retryMissing` tries again.
    element.classList.add("missing");
  }
}

async function display(element, entry, blob) {
  const still = element.dataset.media === "gif" && !moves() ? await firstFrame(blob) : blob;
  const old = entry.url;
  const url = URL.createObjectURL(still);
  held.set(element, { ...entry, url, blob: element.dataset.media === "gif" ? blob : undefined });
  element.classList.remove("missing");
  element.src = url;
  if (element.dataset.media === "video") {
    play(element);
  }
  if (old) {
    URL.revokeObjectURL(old);
  }
}

async function firstFrame(blob) {
  const frame = await createImageBitmap(blob);
  const canvas = el("canvas", { width: frame.width, height: frame.height });
  canvas.getContext("2d").drawImage(frame, 0, 0);
  frame.close();
  return new Promise((resolve) => canvas.toBlob((png) => resolve(png ?? blob)));
}

function play(video) {
  if (moves()) {
    // Refused where the browser lets nothing play by itself; the controls are there.
    video.play().catch(() => {});
  } else {
    video.pause();
  }
}

function release(element) {
  inView.unobserve(element);
  const entry = held.get(element);
  if (entry?.url) {
    URL.revokeObjectURL(entry.url);
  }
  if (entry) {
    held.delete(element);
    element.removeAttribute("src");
  }
}
