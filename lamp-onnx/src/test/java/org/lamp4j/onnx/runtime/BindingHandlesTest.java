package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.errors.BackendMissingException;

class BindingHandlesTest {

    /** Fails when ONNX Runtime is taken in a version whose private members nobody has looked at. */
    @Test
    void of_theVersionOfTheBuild_findsTheTableOfFunctions() {
        assertThat(BindingHandles.of(OnnxRuntime.version()).api()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.27.1", "1.30.0", "2.29.0"})
    void of_anotherVersion_saysWhatToDo(String version) {
        assertThatExceptionOfType(BackendMissingException.class)
                .isThrownBy(() -> BindingHandles.of(version))
                .withMessage("expected ONNX Runtime 1.28 or 1.29, whose Java binding lamp-cuda reaches into, but was "
                        + version + "; put one of these on the class path, or leave lamp-cuda out: then parameters are"
                        + " copied to the GPU in each run");
    }
}
