package org.lamp4j.spark;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a job's results go, and into how many tasks its rows are dealt. */
final class TableOptions {

    @Option(
            names = "--results",
            paramLabel = "TABLE",
            required = true,
            description =
                    "Where the table of results goes, a folder: .csv, .json, or else Parquet. A table that is there is "
                            + "replaced, a folder that holds anything else refused.")
    private String results;

    private int partitions;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Into how many tasks the rows are dealt. Default: four for each task that the cluster can run at once; "
                            + "a motion is a task of its own.")
    void setPartitions(int count) {
        if (count < 0) {
            throw new ParameterException(
                    spec.commandLine(), "expected --partitions of 1 or more, or 0 for the default, but was " + count);
        }
        partitions = count;
    }

    JobTables tables() {
        return new JobTables(results, partitions);
    }
}
