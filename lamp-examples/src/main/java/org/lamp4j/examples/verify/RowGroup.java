package org.lamp4j.examples.verify;

import java.io.IOException;
import java.util.function.Consumer;

/** The comparisons that belong to one part of the library. */
interface RowGroup {

    /**
     * Computes and compares.
     *
     * @param subject the fixture's model, opened by the library
     * @param fixture what the reference says
     * @param rows takes each comparison as soon as it is made
     * @throws IOException if a file of the fixture cannot be read
     */
    void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException;
}
