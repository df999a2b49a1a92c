// The one place where the page's state lives. Views are functions of it: they read it, and change it through
// `change` only, which tells every view once all changes of the moment are made.

const DRAFT_KEY = "lamp-studio-draft";
const SETTINGS_KEY = "lamp-studio";

/** The collections that the server owns; the names are those of its events. */
export const COLLECTIONS = ["sources", "images", "jobs", "patterns", "results"];

const state = {
  /** connecting, online, offline (server gone, tried again), denied (no or a wrong token) */
  connection: "connecting",
  /** why the server, which is there, does not answer: {message, advice}, or null */
  refused: null,
  /** answer of GET /api/state, or null until it came */
  studio: null,
  /** whether the collections were read at least once */
  loaded: false,
  sources: [],
  images: [],
  jobs: [],
  patterns: [],
  results: [],
  /** uploads under way or refused: {key, name, share, error} */
  uploads: [],
  /** ids of sources that go as soon as the time to undo is over */
  removed: new Set(),
  /** ids of the results to compare, at most two */
  compared: [],
  /** what a form says is missing: {form: {field: text key}} */
  problems: {},
  /** what the person has filled in and not sent; survives a reload */
  draft: {
    name: "",
    sharedCaption: "",
    unused: [],
    learn: {},
    animate: {},
    validationPrompt: "",
    pattern: null,
    blending: false,
    weights: {},
    image: null,
    prompt: "",
    drawPrompt: "",
    seed: null,
    /** jobs that this tab has started: what they make is chosen here when they are done */
    started: [],
    /** ended jobs that the person does not want to see any more */
    putAway: [],
    ...read(sessionStorage, DRAFT_KEY),
  },
  /** kept for the next visit too */
  settings: {
    theme: "system",
    language: document.documentElement.lang,
    motion: null,
    ...read(localStorage, SETTINGS_KEY),
  },
  /** the column shown where the window has room for one only */
  tab: "clips",
};

const views = new Set();
let told = false;

/** The state, to read. */
export function current() {
  return state;
}

/** Makes a change and tells the views, once for all changes made before the next microtask. */
export function change(mutation) {
  mutation(state);
  if (!told) {
    told = true;
    queueMicrotask(tell);
  }
}

/** Has a view called with the state now and after each change. */
export function watch(view) {
  views.add(view);
  view(state);
}

/** Adds, replaces or removes an object of a collection, as an event of the server says. */
export function put(collection, object) {
  change((now) => {
    const list = now[collection];
    const at = list.findIndex((other) => other.id === object.id);
    if (object.deleted) {
      now[collection] = list.filter((other) => other.id !== object.id);
    } else if (at >= 0) {
      // A job comes whole, and without what no longer holds; of the others there may be a part.
      list[at] = collection === "jobs" ? object : { ...list[at], ...object };
    } else {
      now[collection] = order(collection, [...list, object]);
    }
  });
}

/** Clips stay in the order in which they came; of everything else, the newest is first. */
export function order(collection, list) {
  return collection === "sources" ? list : [...list].sort((a, b) => String(b.created).localeCompare(String(a.created)));
}

function tell() {
  told = false;
  write(sessionStorage, DRAFT_KEY, state.draft);
  write(localStorage, SETTINGS_KEY, state.settings);
  for (const view of views) {
    view(state);
  }
}

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is off or full: the page works, it only forgets.
  }
}
