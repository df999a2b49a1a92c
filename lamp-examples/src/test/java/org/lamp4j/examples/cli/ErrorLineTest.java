package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {

    @Test
    void of_messageOfSeveralLines_oneLine() {
        assertThat(ErrorLine.of(new IOException("expected a clip,\n  but was an image\n")))
                .isEqualTo("expected a clip, but was an image");
    }

    @Test
    void of_controlCharactersInAMessage_areQuestionMarks() {
        assertThat(ErrorLine.of(new NoSuchFileException("a\u009b2J\u001b[2J\nb")))
                .isEqualTo("no such file or folder: a?2J?[2J b");
    }

    @Test
    void of_messageThatIsOnlyAPath_saysWhatIsWrongWithIt() {
        assertThat(ErrorLine.of(new NoSuchFileException("clips"))).isEqualTo("no such file or folder: clips");
    }

    @Test
    void of_noMessage_typeOfError() {
        assertThat(ErrorLine.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
