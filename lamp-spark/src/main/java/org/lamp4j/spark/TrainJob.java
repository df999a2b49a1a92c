package org.lamp4j.spark;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns the motions of a table. */
@Command(
        name = "train",
        description = "Learns a motion for each row of a table. A motion whose executor is lost goes on from its last "
                + "checkpoint, and patterns that are there already are not learned again.",
        mixinStandardHelpOptions = true)
final class TrainJob implements Callable<Integer> {

    @Option(
            names = "--requests",
            paramLabel = "TABLE",
            required = true,
            description =
                    "A .csv file with a heading, a .json file with an object a line, or else Parquet: columns id, "
                            + "clips (the folder of a motion's clips) and, if wanted, options as JSON.")
    private String requests;

    @Mixin
    private ModelChoice model;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "The folder of the patterns, in any of Hadoop's file systems that all hosts see; checkpoints "
                    + "lie in a folder there while a motion is learned.")
    private String output;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        return tables.tables().train(requests, model.get(), output);
    }
}
