package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Something that was asked for and takes long. Guarded by its own lock. */
final class Job {

    private static final int MAX_LOSSES = 500;
    private static final String STOPPING = "stopping";

    /** Where a job is. */
    enum State {
        WAITING,
        RUNNING,
        PAUSED,
        DONE,
        FAILED,
        CANCELLED,
        STOPPED;

        boolean isOpen() {
            return this == WAITING || this == RUNNING || this == PAUSED;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the person wants of a job that is on its way. */
    enum Wish {
        NONE,
        PAUSE,
        STOP,
        CANCEL;

        /** Returns whether it can be wished of a job in a state. */
        boolean fits(State state) {
            return switch (this) {
                case PAUSE -> state == State.RUNNING || state == State.WAITING;
                case NONE -> state == State.PAUSED;
                case STOP, CANCEL -> state.isOpen();
            };
        }

        /**
         * Returns what becomes of a job that nobody works at.
         *
         * @param keepsPart whether, when it is stopped, there is something to put away, for which it waits
         */
        State atOnce(boolean keepsPart) {
            return switch (this) {
                case PAUSE -> State.PAUSED;
                case NONE -> State.WAITING;
                case STOP -> keepsPart ? State.WAITING : State.CANCELLED;
                case CANCEL -> State.CANCELLED;
            };
        }

        /** Returns what becomes of a job that was ended before it was done. */
        State afterStop() {
            return this == CANCEL || this == STOP ? State.CANCELLED : State.PAUSED;
        }
    }

    private record Loss(int step, double value) {}

    private final String id;
    private final ObjectNode description;
    private final List<Loss> losses = new ArrayList<>();
    private int lossStride = 1;
    private State state;
    private Wish wish = Wish.NONE;
    private OptionalDouble secondsLeft = OptionalDouble.empty();
    private byte[] preview = {};
    private int previews;

    /**
     * Takes up a description, new or from a file. A job that ran when the program ended is paused.
     *
     * @param description kind, name, request and created at least
     */
    Job(String id, ObjectNode description) {
        this.id = id;
        this.description = description.deepCopy();
        String label = description.path("state").asText("waiting");
        State before = State.FAILED;
        for (State candidate : State.values()) {
            before = candidate.label().equals(label) ? candidate : before;
        }
        this.state = before == State.RUNNING ? State.PAUSED : before;
        this.wish = description.path(STOPPING).asBoolean() ? Wish.STOP : Wish.NONE;
        for (JsonNode loss : description.path("losses")) {
            addLoss(loss.path(0).asInt(), loss.path(1).asDouble());
        }
    }

    String id() {
        return id;
    }

    String kind() {
        return description.path("kind").asText();
    }

    synchronized Fields request() {
        return new Fields(description).fields("request");
    }

    synchronized State state() {
        return state;
    }

    synchronized Wish wish() {
        return wish;
    }

    synchronized void wish(Wish newWish) {
        wish = newWish;
        if (newWish == Wish.STOP) {
            description.put(
                    STOPPING, true); // a job that waits for its turn to put its part away may outlive the program
        } else {
            description.remove(STOPPING);
        }
    }

    synchronized void state(State newState) {
        state = newState;
        if (newState == State.RUNNING) {
            description.put("started", Moments.now());
            description.remove(List.of("message", "advice", "ended"));
        }
        if (!newState.isOpen()) {
            description.put("ended", Moments.now());
        }
        if (newState != State.RUNNING) {
            secondsLeft = OptionalDouble.empty();
        }
    }

    synchronized void failure(Failure failure) {
        description.put("message", failure.message()).put("advice", failure.advice());
    }

    synchronized void progress(int step, int steps, OptionalDouble newSecondsLeft) {
        description.put("step", step).put("steps", steps);
        secondsLeft = newSecondsLeft;
    }

    /** Keeps every so manieth loss, so that a curve of any length is drawn from a few hundred. */
    synchronized void addLoss(int step, double loss) {
        losses.removeIf(later -> later.step() >= step); // a run that goes on from an older checkpoint
        if (step % lossStride == 0) {
            losses.add(new Loss(step, loss));
        }
        if (losses.size() > MAX_LOSSES) {
            lossStride *= 2;
            losses.removeIf(kept -> kept.step() % lossStride != 0);
        }
    }

    /** Says what a job has made: {@code pattern}, {@code result} or {@code image}, and its id. */
    synchronized void made(String what, String madeId) {
        description.put(what, madeId);
    }

    synchronized void addValidation(String resultId) {
        description.withArray("validations").add(resultId);
    }

    synchronized void preview(byte[] png) {
        preview = png;
        previews++;
    }

    synchronized byte[] preview() {
        return preview;
    }

    /** Returns what a page sees of it, which is also what is kept of it. */
    synchronized ObjectNode json() {
        ObjectNode json = description.deepCopy();
        json.put("id", id).put("state", state.label());
        if (!json.has("step")) {
            json.put("step", 0);
        }
        secondsLeft.ifPresentOrElse(
                left -> json.put("secondsLeft", Math.round(10 * left) / 10.0), () -> json.putNull("secondsLeft"));
        ArrayNode curve = JsonNodeFactory.instance.arrayNode();
        losses.forEach(loss -> curve.addArray().add(loss.step()).add((float) loss.value()));
        json.set("losses", curve);
        json.withArray("validations");
        if (previews > 0) {
            json.put("preview", previews);
        } else {
            json.remove("preview");
        }
        return json;
    }
}
