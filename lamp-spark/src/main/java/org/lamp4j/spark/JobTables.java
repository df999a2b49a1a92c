package org.lamp4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The tables of a job. Apart from the commands, whose arguments are checked where there is no Spark.
 *
 * @param results where the results go
 * @param partitions into how many tasks rows are dealt; 0 for as many as suit the cluster
 */
record JobTables(String results, int partitions) {

    /** How many tasks each place in the cluster gets, one after the other, to even out their different lengths. */
    private static final int TASKS_OF_A_PLACE = 4;

    int generate(String requests, ClusterModel model, ClipOutput output) {
        // rows of one pattern come one after the other
        return run(
                "generate",
                requests,
                output.folder(),
                rows -> LampSpark.generate(
                                GenerationRequest.from(dealt(rows).sortWithinPartitions("pattern")), model, output)
                        .drop("clip"));
    }

    int evaluate(String clips, Optional<ClusterModel> clipModel) {
        return run(
                "evaluate",
                clips,
                Optional.empty(),
                rows -> LampSpark.evaluate(GeneratedClip.from(dealt(rows)), clipModel)
                        .toDF());
    }

    int train(String requests, ClusterModel model, String folder) {
        return run(
                "train",
                requests,
                Optional.of(folder),
                rows -> LampSpark.train(TrainingRequest.from(oneByOne(rows)), model, folder)
                        .toDF());
    }

    /** Returns 0 if every row has a result, 1 if one has none, and 2 if the job cannot be run as it is. */
    private int run(String name, String table, Optional<String> folder, Function<Dataset<Row>, Dataset<Row>> work) {
        SparkSession spark = SparkSession.builder().appName("lamp4j " + name).getOrCreate();
        try {
            List<String> others =
                    Stream.concat(Stream.of(table), folder.stream()).toList();
            Optional<String> problem =
                    ResultsPlace.problem(results, others, spark.sparkContext().hadoopConfiguration());
            if (problem.isPresent()) {
                return refused(problem.get());
            }
            Dataset<Row> made;
            try {
                made = work.apply(load(spark, table));
            } catch (IllegalArgumentException columns) {
                return refused(columns.getMessage());
            }
            write(made);
            return report(load(spark, results));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            spark.stop();
        }
    }

    private static int refused(@Nullable String problem) {
        System.err.println("lamp-spark: " + problem);
        return CommandLine.ExitCode.USAGE;
    }

    private Dataset<Row> dealt(Dataset<Row> rows) {
        SparkContext context = rows.sparkSession().sparkContext();
        SparkConf conf = context.getConf();
        // of executors that were asked for, some may still be starting
        int wanted = conf.getInt("spark.executor.instances", 0) * conf.getInt("spark.executor.cores", 1);
        int places = Math.max(1, Math.max(context.defaultParallelism(), wanted) / conf.getInt("spark.task.cpus", 1));
        return rows.repartition(partitions > 0 ? partitions : TASKS_OF_A_PLACE * places);
    }

    /**
     * A motion takes hours, so each is a task. Rows are dealt out from here: of {@code coalesce(1).repartition(tasks)}
     * Spark leaves out the first, and then some tasks get two rows and others none.
     */
    Dataset<Row> oneByOne(Dataset<Row> rows) {
        List<Row> motions = rows.collectAsList();
        int tasks = partitions > 0 ? partitions : Math.max(1, motions.size());
        SparkSession spark = rows.sparkSession();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return spark.createDataFrame(context.parallelize(motions, tasks), rows.schema());
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
