package org.lamp4j.spark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a table of results may go: Spark empties the folder first, whatever is in it. */
final class ResultsPlace {

    private ResultsPlace() {}

    /**
     * Checks that only a table of results is lost there.
     *
     * @param results where the table is to go
     * @param others what the job reads, and the folder of its clips or patterns
     * @param configuration which file systems there are
     * @return what is wrong; empty if nothing is
     * @throws IOException if a file system does not answer
     */
    static Optional<String> problem(String results, List<String> others, Configuration configuration)
            throws IOException {
        Path place = qualified(results, configuration);
        for (String other : others) {
            if (isIn(qualified(other, configuration), place)) {
                return Optional.of("expected a place of their own for the results, but was one that holds " + other
                        + " (" + results + ")");
            }
        }
        FileSystem system = place.getFileSystem(configuration);
        if (!system.exists(place)) {
            return Optional.empty();
        }
        if (system.getFileStatus(place).isFile()) {
            return Optional.of("expected a folder for the results, but was a file (" + results + ")");
        }
        for (FileStatus child : system.listStatus(place)) {
            String name = child.getPath().getName();
            if (!isOfTable(name) || (child.isDirectory() && !name.startsWith("_"))) {
                return Optional.of("expected a new folder or an earlier table for the results, but was one that holds "
                        + name + " (" + results + ")");
            }
        }
        return Optional.empty();
    }

    private static Path qualified(String uri, Configuration configuration) throws IOException {
        Path path = new Path(uri);
        return path.getFileSystem(configuration).makeQualified(path);
    }

    private static boolean isIn(Path inner, Path outer) {
        for (Path place = inner; place != null; place = place.getParent()) {
            if (place.equals(outer)) {
                return true;
            }
        }
        return false;
    }

    /** Parts, their checksums, and Spark's own marks. */
    private static boolean isOfTable(String name) {
        return name.startsWith("part-") || name.startsWith("_") || name.startsWith(".part-") || name.startsWith("._");
    }
}
