package org.lamp4j.spark;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.files.ScratchFolder;

/** An open base model with the patterns that were asked for last. Safe for several threads. */
final class OpenModel implements AutoCloseable {

    /** A pattern is mapped from its file and takes hardly any memory, but some disk where it was copied. */
    private static final int PATTERNS = 16;

    private final Backbone backbone;

    private final Map<PatternFile, Loaded> patterns = new LinkedHashMap<>(PATTERNS, 0.75f, true);

    /** A pattern's file as it was when it was read. */
    private record PatternFile(String uri, long length, long modified) {}

    /** A pattern and where copies of its file lie. */
    private record Loaded(MotionPattern pattern, ScratchFolder scratch) {}

    OpenModel(Backbone backbone) {
        this.backbone = backbone;
    }

    Backbone backbone() {
        return backbone;
    }

    /**
     * Returns a pattern of this model.
     *
     * @throws IOException if it cannot be read, or belongs to another model
     */
    MotionPattern pattern(String uri, HadoopFiles files) throws IOException {
        FileStatus status = files.status(uri);
        PatternFile file = new PatternFile(uri, status.getLen(), status.getModificationTime());
        synchronized (patterns) {
            Loaded known = patterns.get(file);
            if (known == null) {
                known = load(uri, files);
                patterns.put(file, known);
                dropOldest();
            }
            return known.pattern();
        }
    }

    private Loaded load(String uri, HadoopFiles files) throws IOException {
        ScratchFolder scratch = ScratchFolder.ofSystem();
        try {
            return new Loaded(MotionPattern.load(backbone, files.local(uri, scratch.path())), scratch);
        } catch (IOException | RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    private void dropOldest() {
        if (patterns.size() > PATTERNS) {
            Iterator<Loaded> oldest = patterns.values().iterator();
            oldest.next().scratch().close(); // a file that a task still has mapped stays until it is done
            oldest.remove();
        }
    }

    @Override
    public void close() {
        backbone.close();
        synchronized (patterns) {
            patterns.values().forEach(loaded -> loaded.scratch().close());
            patterns.clear();
        }
    }
}
