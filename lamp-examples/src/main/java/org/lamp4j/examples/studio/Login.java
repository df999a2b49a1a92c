package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Hands out the token for a password, where the studio listens beyond this machine. */
final class Login {

    static final int MIN_LENGTH = 12;

    private static final int TRIES = 5;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_LENGTH = 1000;

    private final Optional<String> password;
    private final String token;
    private final Deque<Long> tries = new ArrayDeque<>();

    /**
     * Keeps the door.
     *
     * @param password empty where nobody may log in
     * @param token what is handed out
     */
    Login(Optional<String> password, String token) {
        this.password = password;
        this.token = token;
    }

    /** Says whether there is a password to give. */
    Answer ask() {
        return Answer.json(JsonNodeFactory.instance.objectNode().put("password", password.isPresent()));
    }

    /** Checks a password; whoever asks, there are five tries a minute for all together. */
    Answer answer(Request request) throws IOException {
        String expected = password.orElseThrow(() -> Refusal.notFound("a studio with a password"));
        String given = request.json().optionalText("password", MAX_LENGTH).orElse("");
        countTry();
        if (!Guard.isSame(given, expected)) {
            throw new Refusal(
                    Refusal.FORBIDDEN,
                    "expected the studio's password, but was another",
                    "It is the value of LAMP_STUDIO_PASSWORD where the studio was started.");
        }
        return Answer.json(JsonNodeFactory.instance.objectNode().put("token", token));
    }

    private synchronized void countTry() {
        long now = System.nanoTime();
        while (!tries.isEmpty() && now - tries.getFirst() > WINDOW_NANOS) {
            tries.removeFirst();
        }
        if (tries.size() >= TRIES) {
            throw new Refusal(
                    Refusal.TOO_MANY, "expected at most " + TRIES + " tries a minute, but were more", "Wait a minute.");
        }
        tries.addLast(now);
    }
}
