package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

    @Test
    void compare_names_countsAsPeopleDo() {
        List<Path> ordered = Stream.of(
                        "1.png",
                        "2.png",
                        "10.png",
                        "99999999999999999998.png",
                        "99999999999999999999.png",
                        "frame.png",
                        "frame1.png",
                        "frame1a.png",
                        "frame1b.png",
                        "frame2.png",
                        "frame10.png",
                        "frame10_2.png",
                        "frame10_11.png",
                        "take2_frame1.png")
                .map(Path::of)
                .toList();
        List<Path> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(3));

        shuffled.sort(new NaturalOrder());

        assertThat(shuffled).containsExactlyElementsOf(ordered);
    }

    @Test
    void compare_equalNumbersWrittenDifferently_isDecidedByTheNames() {
        NaturalOrder order = new NaturalOrder();

        assertThat(order.compare(Path.of("frame01.png"), Path.of("frame1.png"))).isNegative();
        assertThat(order.compare(Path.of("frame1.png"), Path.of("frame01.png"))).isPositive();
        assertThat(order.compare(Path.of("frame1.png"), Path.of("frame1.png"))).isZero();
    }

    @Test
    void compare_pathsInDifferentFolders_goesByTheNamesAlone() {
        assertThat(new NaturalOrder().compare(Path.of("b/1.png"), Path.of("a/2.png")))
                .isNegative();
    }
}
