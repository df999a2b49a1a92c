package org.lamp4j.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.lamp4j.provenance.PatternMetadata;

/** What is noted of a run while it goes on, and saved with the pattern. */
final class TrainingRecord {

    private final String fingerprint;
    private final Map<String, String> details;
    private int steps;
    private float loss = Float.NaN;

    private TrainingRecord(String fingerprint, Map<String, String> details) {
        this.fingerprint = fingerprint;
        this.details = details;
    }

    static TrainingRecord start(String fingerprint, TrainingClips clips, TrainingOptions options) throws IOException {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("seed", Long.toString(options.seed()));
        details.put("options", options.toJson());
        ArrayNode list = new ObjectMapper().createArrayNode();
        for (TrainingClip clip : clips.clips()) {
            ObjectNode entry = list.addObject();
            entry.put("name", clip.name());
            entry.put("caption", clip.caption());
            entry.put("hash", clip.contentHash());
        }
        details.put("clips", list.toString());
        return new TrainingRecord(fingerprint, details);
    }

    void stepDone(int step, float lossOfStep) {
        steps = step;
        loss = lossOfStep;
    }

    PatternMetadata metadata() {
        Map<String, String> all = new LinkedHashMap<>(details);
        if (steps > 0) {
            all.put("final_loss", Float.toString(loss));
        }
        return PatternMetadata.of(fingerprint, OptionalInt.of(steps), all);
    }
}
