package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.PatternStorage;
import org.lamp4j.spi.TrainingCheckpoint;

/**
 * The storage of an open backbone: refuses parameters that its video UNet does not have, and all work once it is
 * closed.
 */
record OnnxPatternStorage(MotionFiles motionFiles, Runnable openCheck) implements PatternStorage {

    @Override
    public StoredMotion readMotion(Path path) throws IOException {
        openCheck.run();
        return motionFiles.read(path);
    }

    @Override
    public void writeMotion(Path path, MotionWeights motion, StoredPrecision precision, Map<String, String> metadata)
            throws IOException {
        openCheck.run();
        motionFiles.check(motion);
        motionFiles.write(path, motion, precision, metadata);
    }

    @Override
    public void writeCheckpoint(Path path, TrainingCheckpoint checkpoint) throws IOException {
        openCheck.run();
        motionFiles.check(checkpoint.state().weights());
        TrainingFile.write(path, checkpoint);
    }

    @Override
    public TrainingCheckpoint readCheckpoint(Path path) throws IOException {
        openCheck.run();
        return TrainingFile.read(path);
    }

    @Override
    public void writeVideoUNet(Path folder, MotionWeights motion) throws IOException {
        openCheck.run();
        motionFiles.check(motion);
        motionFiles.writeVideoUNet(folder, motion);
    }
}
