package org.lamp4j.examples.accept;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.errors.LampException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.accept.Part.Finding;
import org.lamp4j.examples.accept.PartResult.Verdict;
import org.lamp4j.files.OwnFolder;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.testing.EmbeddedModel;

/**
 * All that shows whether a device does what it should, and how fast: the reference fixtures, gradients against the
 * CPU's, a motion learned and measured, and steps, clips, memory and operators of a model of full size. Each part's
 * result is kept as soon as it is there; run again, parts that are there are not repeated.
 *
 * @param output where results go
 * @param fixtures a folder of reference fixtures
 * @param device what is tested
 * @param scale how much is run
 * @param version version of this program
 * @param listener takes a line when a part begins and ends
 */
public record Acceptance(
        Path output, Path fixtures, Device device, Scale scale, String version, Consumer<String> listener) {

    /**
     * What an acceptance came to.
     *
     * @param page the page
     * @param json the same for programs
     * @param passed whether no part failed
     */
    public record Outcome(Path page, Path json, boolean passed) {}

    /**
     * Runs all parts that are not there yet.
     *
     * @return what it came to
     * @throws IOException if a file cannot be read or written, there are no fixtures, the folder holds anything else,
     *     or another run has it
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there
     * @throws StoppedException if the thread was interrupted; what is done is kept
     */
    public Outcome run() throws IOException {
        List<Path> references = references();
        boolean computes = Devices.computes(Devices.choose(device));
        return OwnFolder.during(output, "accept", () -> runAlone(references, computes));
    }

    /** Returns the fixtures that have all networks; in the repository one of them is there in part only. */
    private List<Path> references() throws IOException {
        if (Files.isDirectory(fixtures)) {
            try (Stream<Path> folders = Files.list(fixtures)) {
                List<Path> whole = folders.filter(folder -> Files.isRegularFile(folder.resolve("case.json"))
                                && Files.isDirectory(folder.resolve("model").resolve("unet")))
                        .sorted()
                        .toList();
                if (!whole.isEmpty()) {
                    return whole;
                }
            }
        }
        throw new IOException("expected a folder of reference fixtures, each with a case.json, such as fixtures in the"
                + " sources of lamp4j, but there is none (" + fixtures + ")");
    }

    private Outcome runAlone(List<Path> references, boolean computes) throws IOException {
        Map<String, String> machine = machine(computes);
        PartStore store = new PartStore(output.resolve("parts"), machine);
        List<PartResult> results = new ArrayList<>();
        List<Part> parts = parts(references);
        for (Part part : parts) {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoppedException("stopped before all parts were run; the same command goes on with the next");
            }
            results.add(result(part, store, computes));
            new AcceptancePage(machine, results, parts.size()).write(page(), json());
        }
        return new Outcome(page(), json(), results.stream().noneMatch(result -> result.verdict() == Verdict.FAILED));
    }

    private Path page() {
        return output.resolve("acceptance.html");
    }

    private Path json() {
        return output.resolve("acceptance.json");
    }

    private List<Part> parts(List<Path> references) throws IOException {
        Path embedded = output.resolve("embedded-model");
        EmbeddedModel.copyTo(embedded);
        RandomModelFolder random = new RandomModelFolder(
                output.resolve(scale.fullSize() ? "random-model" : "small-random-model"), embedded, device, scale);
        List<Part> parts = new ArrayList<>();
        for (Path reference : references) {
            for (Precision precision : precisions()) {
                parts.add(new FixturePart(reference, device.withPrecision(precision)));
            }
        }
        parts.add(new GradientPart(embedded, device));
        parts.add(new MotionPart(output.resolve("motion"), device, scale));
        parts.add(new TrainingPart(random, GradientCheckpointing.AS_NEEDED));
        parts.add(new TrainingPart(random, GradientCheckpointing.ALWAYS));
        parts.add(new ClipPart(random));
        parts.add(new ProfilePart(random));
        return parts;
    }

    /** Kernels of half precision are a GPU's; the CPU takes minutes for a fixture with them. */
    private List<Precision> precisions() {
        return device.kind() == Device.Kind.CPU
                ? List.of(device.precision())
                : List.of(Precision.FLOAT32, Precision.FLOAT16);
    }

    private Map<String, String> machine(boolean computes) {
        Map<String, String> machine = new LinkedHashMap<>(Machine.of(device));
        machine.put("lamp4j", version);
        machine.put("computes", computes ? "yes" : "no: a stand-in, whose numbers and times mean nothing");
        return machine;
    }

    private PartResult result(Part part, PartStore store, boolean computes) throws IOException {
        String key = store.key(part);
        PartResult known = store.find(part.name(), key).orElse(null);
        if (known != null) {
            listener.accept(part.name() + ": " + said(known) + " (kept from before)");
            return known;
        }
        listener.accept(part.name() + " …");
        long start = System.nanoTime();
        Finding finding = finding(part);
        double seconds = (System.nanoTime() - start) * 1e-9;
        PartResult result = new PartResult(
                part.name(),
                verdict(finding, computes),
                seconds,
                finding.summary(),
                finding.figures(),
                finding.tables());
        store.keep(result, key);
        listener.accept(part.name() + ": " + said(result));
        return result;
    }

    /** A part that breaks off has failed, and the others go on: what else works is worth knowing. */
    private static Finding finding(Part part) throws IOException {
        try {
            return part.run();
        } catch (StoppedException e) {
            throw e;
        } catch (LampException | IllegalStateException | IllegalArgumentException e) {
            return new Finding(
                    Optional.of(false),
                    "broke off: " + PrintableText.line(String.valueOf(e.getMessage())),
                    Map.of(),
                    List.of());
        }
    }

    private static Verdict verdict(Finding finding, boolean computes) {
        if (!computes) {
            return Verdict.NOT_COMPARABLE;
        }
        return finding.passed()
                .map(passed -> passed ? Verdict.PASSED : Verdict.FAILED)
                .orElse(Verdict.MEASURED);
    }

    private static String said(PartResult result) {
        return result.verdict().words() + ", " + result.summary();
    }
}
