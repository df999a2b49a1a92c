package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;
import org.lamp4j.training.TrainingProgress;

/** How long a step of learning takes on this machine with the model that is open: as long as the last ones took. */
final class Speed {

    private static final System.Logger LOG = System.getLogger(Speed.class.getName());

    private final Path file;
    private final OpenModel model;
    private String measuredOn = "";
    private double secondsPerStep;

    Speed(StudioFolder folder, OpenModel model) {
        this.file = folder.path().resolve("speed.json");
        this.model = model;
        try {
            if (Files.exists(file)) {
                JsonNode kept = StrictJson.reader().readTree(Files.readAllBytes(file));
                measuredOn = kept.path("model").asText();
                secondsPerStep = kept.path("secondsPerStep").asDouble();
            }
        } catch (IOException damaged) {
            LOG.log(System.Logger.Level.WARNING, () -> "passed over: " + file + ": " + damaged.getMessage());
        }
    }

    synchronized OptionalDouble secondsPerStep() {
        return secondsPerStep > 0 && measuredOn.equals(model.path().toString())
                ? OptionalDouble.of(secondsPerStep)
                : OptionalDouble.empty();
    }

    /** Measures from the second step on: the first also opens networks. */
    synchronized void heard(TrainingProgress progress) {
        if (progress instanceof TrainingProgress.TrainingStep && progress.step() > 1 && progress.stepsPerSecond() > 0) {
            measuredOn = model.path().toString();
            secondsPerStep = 1 / progress.stepsPerSecond();
        }
    }

    /** Puts the measure away for the next time; without it, only a forecast is missing. */
    synchronized void keep() {
        try {
            AtomicFile.write(
                    file,
                    StrictJson.indented(JsonNodeFactory.instance
                            .objectNode()
                            .put("model", measuredOn)
                            .put("secondsPerStep", secondsPerStep)));
        } catch (IOException problem) {
            LOG.log(System.Logger.Level.WARNING, () -> "not kept: " + file + ": " + problem.getMessage());
        }
    }
}
