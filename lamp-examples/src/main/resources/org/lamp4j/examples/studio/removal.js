// Things that go when the person says so, and come back when it was a mistake.
import * as api from "./api.js";
import { attempt, offerUndo } from "./messages.js";
import { put } from "./store.js";

/** Deletes a thing of a kind that the API restores, and offers that; gives whether it went. */
export async function removeWithUndo(kind, thing, message) {
  const { id } = thing;
  const gone = await attempt(() => api.remove(`${kind}/${id}`));
  if (gone) {
    put(kind, { id, deleted: true });
    offerUndo(message, () =>
      attempt(async () => {
        await api.post(`${kind}/${id}/restore`);
        put(kind, thing);
      }),
    );
  }
  return gone;
}
