package org.lamp4j.examples.accept;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.examples.accept.PartResult.Table;

/** A part of an acceptance, which is run and kept on its own. */
interface Part {

    /**
     * What a part found.
     *
     * @param passed whether what was compared agrees; empty if nothing was
     * @param summary a line
     * @param figures numbers by name with unit
     * @param tables tables for people
     */
    record Finding(Optional<Boolean> passed, String summary, Map<String, Double> figures, List<Table> tables) {}

    /** Returns the name: words of a file name's letters. */
    String name();

    /**
     * Returns all that the result depends on besides device and version.
     *
     * @return a text that changes with it
     * @throws IOException if files cannot be read
     */
    String inputs() throws IOException;

    /**
     * Runs the part.
     *
     * @return what was found
     * @throws IOException if files cannot be read or written
     */
    Finding run() throws IOException;
}
