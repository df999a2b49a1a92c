package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeScopeTest {

    private final List<String> closed = new ArrayList<>();
    private final NativeScope scope = new NativeScope();

    private AutoCloseable object(String name) {
        return () -> closed.add(name);
    }

    private AutoCloseable broken(String name, Exception failure) {
        return () -> {
            closed.add(name);
            throw failure;
        };
    }

    @Test
    void close_severalObjects_lastFirstAndOnce() {
        scope.own(object("first"));
        scope.own(object("second"));

        scope.close();
        scope.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void close_someFail_closesAllAndThrowsTheFirstWithTheOthers() {
        RuntimeException second = new IllegalStateException("second");
        IOException first = new IOException("first");
        scope.own(broken("first", first));
        scope.own(object("middle"));
        scope.own(broken("second", second));

        assertThatThrownBy(scope::close).isSameAs(second).hasSuppressedException(first);
        assertThat(closed).containsExactly("second", "middle", "first");
    }

    @Test
    void close_checkedFailure_isTheCause() {
        IOException failure = new IOException("broken");
        scope.own(broken("only", failure));

        assertThatThrownBy(scope::close)
                .isInstanceOf(IllegalStateException.class)
                .hasCause(failure);
    }

    @Test
    void closeAfter_anObjectFails_isSuppressedInWhatCameBefore() {
        IllegalArgumentException before = new IllegalArgumentException("before");
        IllegalStateException later = new IllegalStateException("later");
        scope.own(object("first"));
        scope.own(broken("second", later));

        scope.closeAfter(before);

        assertThat(before).hasSuppressedException(later);
        assertThat(closed).containsExactly("second", "first");
    }
}
