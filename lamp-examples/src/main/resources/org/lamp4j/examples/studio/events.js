// The server's events, read by fetch since an EventSource cannot send the token. A stream that ends or falls silent
// is opened again, after waits that double; all is read anew then, as events may have been missed.
import { get, open } from "./api.js";
import { retryMissing } from "./media.js";
import { change, COLLECTIONS, order, put } from "./store.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** The server sends a heartbeat every two seconds; a machine that computes may be late with some. */
const SILENCE = 10_000;

let wake = () => {};

/** Reads the state and its events for as long as the page is open. */
export async function follow() {
  let wait = FIRST_WAIT;
  for (;;) {
    let refused = null;
    try {
      await followOnce(() => {
        wait = FIRST_WAIT;
      });
    } catch (failure) {
      if (failure.status === 403) {
        change((state) => {
          state.connection = "denied";
        });
        await new Promise((resolve) => {
          wake = resolve;
        });
        continue;
      }
      refused = failure.status ? failure : null;
    }
    change((state) => {
      state.connection = "offline";
      state.refused = refused;
    });
    await pause(wait);
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }
}

/** Tries at once instead of when the wait is over. */
export function retryNow() {
  wake();
}

async function followOnce(connected) {
  const silence = new AbortController();
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE);
  };
  heard();
  try {
    // The stream is opened before the state is read, so that no change falls between the two.
    const stream = await open("events", { signal: silence.signal });
    await readAll();
    connected();
    let rest = "";
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      heard();
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      blocks.forEach(take);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function readAll() {
  const [studio, ...lists] = await Promise.all([get("state"), ...COLLECTIONS.map(get)]);
  change((state) => {
    state.studio = studio;
    COLLECTIONS.forEach((name, index) => {
      state[name] = order(name, lists[index]);
    });
    state.loaded = true;
    state.connection = "online";
    state.refused = null;
  });
  retryMissing();
}

function take(block) {
  let name = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) {
      name = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data.push(line.slice(5).trimStart());
    }
  }
  if (data.length === 0) {
    return;
  }
  const object = JSON.parse(data.join("\n"));
  if (name === "state") {
    change((state) => {
      state.studio = { ...state.studio, ...object };
    });
  } else {
    const collection = name === "job" ? "jobs" : name;
    if (COLLECTIONS.includes(collection)) {
      put(collection, object);
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
