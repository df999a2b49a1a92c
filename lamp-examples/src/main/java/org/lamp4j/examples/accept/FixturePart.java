package org.lamp4j.examples.accept;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.verify.Row;
import org.lamp4j.examples.verify.Verification;
import org.lamp4j.files.ContentHash;

/**
 * The numbers of a reference fixture, on the device.
 *
 * @param folder the fixture
 * @param device where the networks run, in which precision
 */
record FixturePart(Path folder, Device device) implements Part {

    @Override
    public String name() {
        return "fixture " + folder.getFileName() + " "
                + device.precision().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String inputs() throws IOException {
        ContentHash hash = new ContentHash();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                hash.add(folder.relativize(file).toString()).add(file);
            }
        }
        return hash.finish();
    }

    @Override
    public Finding run() throws IOException {
        DeviceTolerance tolerance = DeviceTolerance.of(device);
        Verification strict = Verification.run(folder, device, GradientCheckpointing.AS_NEEDED, row -> {});
        Verification verification =
                new Verification(strict.rows().stream().map(tolerance::apply).toList());
        return new Finding(
                Optional.of(verification.passed()),
                verification.summary(),
                Map.of(),
                List.of(new Table(
                        "Rows",
                        List.of("row", "error", "tolerance", "verdict"),
                        verification.rows().stream().map(FixturePart::cells).toList())));
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.name(),
                row.error().isPresent()
                        ? String.format(Locale.ROOT, "%.1e", row.error().getAsDouble())
                        : "",
                row.tolerance() == Double.POSITIVE_INFINITY ? "" : String.format(Locale.ROOT, "%.0e", row.tolerance()),
                row.verdict().name().toLowerCase(Locale.ROOT));
    }
}
