package org.lamp4j.examples;

/** The command line of a recipe. */
final class Arguments {

    private Arguments() {}

    /**
     * Refuses a command line that is too short or too long.
     *
     * @param arguments what was given
     * @param names what each argument is
     * @throws IllegalArgumentException if there are more or fewer than names; the message has the names
     */
    static void require(String[] arguments, String... names) {
        if (arguments.length != names.length) {
            throw new IllegalArgumentException("expected " + names.length + " arguments (" + String.join(", ", names)
                    + "), but was " + arguments.length);
        }
    }
}
