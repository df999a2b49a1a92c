package org.lamp4j.spark;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the clips of a table. */
@Command(
        name = "generate",
        description = "Makes a clip for each row of a table. Clips that are there already are not made again.",
        mixinStandardHelpOptions = true)
final class GenerateJob implements Callable<Integer> {

    @Option(
            names = "--requests",
            paramLabel = "TABLE",
            required = true,
            description =
                    "A .csv file with a heading, a .json file with an object a line, or else Parquet: columns id, "
                            + "prompt, pattern and, if wanted, firstFrameUri (or firstFrame in Parquet), options as JSON, seed.")
    private String requests;

    @Mixin
    private ModelChoice model;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "The folder of the clips, in any of Hadoop's file systems that all hosts see.")
    private String output;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        return tables.tables().generate(requests, model.get(), ClipOutput.inFolder(output));
    }
}
