package org.lamp4j.examples.accept;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.accept.PartResult.Verdict;
import org.lamp4j.examples.report.Report;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;

/**
 * The results of an acceptance as a page and as JSON, to be attached to an issue.
 *
 * @param machine device, system and versions
 * @param results of the parts that are done
 * @param partCount how many parts there are
 */
record AcceptancePage(Map<String, String> machine, List<PartResult> results, int partCount) {

    void write(Path page, Path json) throws IOException {
        JsonMapper mapper = StrictJson.mapper();
        ObjectNode root = mapper.createObjectNode();
        root.set("machine", mapper.valueToTree(machine));
        root.put("complete", isComplete());
        root.set("parts", mapper.valueToTree(results));
        AtomicFile.write(json, StrictJson.indented(root));
        Report report = new Report("Acceptance of " + machine.get("device"))
                .text(List.of(summary()))
                .table(
                        "Parts",
                        List.of("part", "verdict", "took", "found"),
                        results.stream().map(AcceptancePage::cells).toList());
        for (PartResult result : results) {
            for (Table table : result.tables()) {
                report.table(result.name() + ": " + table.heading(), table.columns(), table.rows());
            }
        }
        report.settings(machine).write(page);
    }

    private boolean isComplete() {
        return results.size() == partCount;
    }

    private String summary() {
        long failed = count(Verdict.FAILED);
        String all = results.size() + " of " + partCount + " parts: " + count(Verdict.PASSED) + " passed, " + failed
                + " failed, " + count(Verdict.MEASURED) + " measured.";
        long meaningless = count(Verdict.NOT_COMPARABLE);
        return meaningless == 0
                ? all
                : all + " This device computes nothing: numbers and times of " + meaningless
                        + " parts are not comparable with anything.";
    }

    private long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    private static List<String> cells(PartResult result) {
        return List.of(
                result.name(),
                result.verdict().words(),
                String.format(Locale.ROOT, "%.1f s", result.seconds()),
                result.summary());
    }
}
