/** For tests of programs that use lamp4j: a small base model, and a JUnit extension that opens it. */
module org.lamp4j.testing {
    requires transitive org.junit.jupiter.api;
    requires transitive org.lamp4j.core;

    exports org.lamp4j.testing;

    // JUnit makes the extension, which is not public.
    opens org.lamp4j.testing to
            org.junit.platform.commons;
}
