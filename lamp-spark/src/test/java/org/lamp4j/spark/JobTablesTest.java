package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class JobTablesTest {

    private static List<Integer> rowsOfTasks(Dataset<Row> table) {
        return table.javaRDD().glom().map(List::size).collect();
    }

    @Test
    void from_columnsThatAreMissingOrMisspelt_areNamed() throws IOException {
        try (SparkSession spark = ClusterFiles.session("local[1]")) {
            Dataset<Row> table = spark.sql("select 'a' id, 'p' pattern, 'a ball' prompt");

            assertThat(GenerationRequest.from(table).first().prompt()).isEqualTo("a ball");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GenerationRequest.from(table.drop("pattern")))
                    .withMessage("expected the column pattern, but was id, prompt");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GenerationRequest.from(table.withColumnRenamed("prompt", "Prompt")))
                    .withMessage("expected the column prompt, but was Prompt");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GenerationRequest.from(table.withColumn("first_frame_uri", table.col("id"))))
                    .withMessage("expected the column firstFrameUri, but was first_frame_uri");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TrainingRequest.from(table))
                    .withMessage("expected the column clips, but was id, pattern, prompt");
        }
    }

    @Test
    void oneByOne_tableOfEightParts_rowsAreDealtOutEvenly() throws IOException {
        try (SparkSession spark = ClusterFiles.session("local[2]")) {
            Dataset<Row> motions = spark.range(0, 8, 1, 8).toDF();

            assertThat(rowsOfTasks(new JobTables("results", 0).oneByOne(motions)))
                    .containsExactly(1, 1, 1, 1, 1, 1, 1, 1);
            assertThat(rowsOfTasks(new JobTables("results", 4).oneByOne(motions)))
                    .containsExactly(2, 2, 2, 2);
            assertThat(new JobTables("results", 0).oneByOne(motions).collectAsList())
                    .isEqualTo(motions.collectAsList());
        }
    }
}
