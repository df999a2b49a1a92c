package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

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
