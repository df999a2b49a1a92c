package org.lamp4j.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The tables of a job. Apart from the commands, whose arguments are checked where there is no Spark.
 *
 * @param results where the results go
 * @param partitions into how many tasks rows are dealt; 0 for as many as suit the cluster
 */
record JobTables(String results, int partitions) {

    /** Tasks of few rows even out their different lengths. */
    private static final int TASKS_OF_A_CORE = 4;

    int generate(String requests, ClusterModel model, ClipOutput output) {
        // rows of one pattern come one after the other
        return run(
                "generate",
                requests,
                rows -> LampSpark.generate(GenerationRequest.from(rows.sortWithinPartitions("pattern")), model, output)
                        .drop("clip"));
    }

    int evaluate(String clips, Optional<ClusterModel> clipModel) {
        return run(
                "evaluate",
                clips,
                rows -> LampSpark.evaluate(GeneratedClip.from(rows), clipModel).toDF());
    }

    int train(String requests, ClusterModel model, String folder) {
        return run(
                "train",
                requests,
                rows -> LampSpark.train(TrainingRequest.from(rows), model, folder)
                        .toDF());
    }

    /** Returns 0 if every row has a result, else 1. */
    private int run(String name, String table, Function<Dataset<Row>, Dataset<Row>> work) {
        SparkSession spark = SparkSession.builder().appName("lamp4j " + name).getOrCreate();
        try {
            int tasks = partitions > 0
                    ? partitions
                    : TASKS_OF_A_CORE * spark.sparkContext().defaultParallelism();
            write(work.apply(load(spark, table).repartition(tasks)));
            return report(load(spark, results));
        } finally {
            spark.stop();
        }
    }

    private static Dataset<Row> load(SparkSession spark, String table) {
        return switch (ending(table)) {
            case "csv" ->
                spark.read()
                        .option("header", true)
                        .option("multiLine", true)
                        .option("escape", "\"")
                        .csv(table);
            case "json" -> spark.read().json(table);
            default -> spark.read().parquet(table);
        };
    }

    private void write(Dataset<Row> made) {
        switch (ending(results)) {
            case "csv" ->
                made.write()
                        .mode(SaveMode.Overwrite)
                        .option("header", true)
                        .option("escape", "\"")
                        .csv(results);
            case "json" -> made.write().mode(SaveMode.Overwrite).json(results);
            default -> made.write().mode(SaveMode.Overwrite).parquet(results);
        }
    }

    private static String ending(String table) {
        return table.substring(table.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private int report(Dataset<Row> written) {
        // a table of JSON in which nothing failed has no such column
        boolean anyError = Arrays.asList(written.columns()).contains("error");
        long failed =
                anyError ? written.filter(functions.col("error").isNotNull()).count() : 0;
        System.out.println("wrote " + results + ": " + written.count() + " rows, " + failed + " of them failed");
        return failed > 0 ? 1 : 0;
    }
}
