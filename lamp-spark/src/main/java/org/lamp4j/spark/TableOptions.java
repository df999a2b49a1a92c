package org.lamp4j.spark;

import picocli.CommandLine.Option;

/** Where a job's results go, and into how many tasks its rows are dealt. */
final class TableOptions {

    @Option(
            names = "--results",
            paramLabel = "TABLE",
            required = true,
            description = "Where the table of results goes, replacing what is there: .csv, .json, or else Parquet.")
    private String results;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Into how many tasks the rows are dealt. Default: four for each task that the cluster can run at once; "
                            + "a motion is a task of its own.")
    private int partitions;

    JobTables tables() {
        return new JobTables(results, partitions);
    }
}
