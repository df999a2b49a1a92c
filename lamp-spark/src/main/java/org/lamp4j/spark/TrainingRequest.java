package org.lamp4j.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A motion to learn: a row of a batch.
 *
 * @param id what the row is known by, no two alike in a batch: 1 to 100 letters, digits, dots, hyphens and underscores
 * @param clips the folder of its clips, or a single clip, as {@link org.lamp4j.training.TrainingClips#in} takes it, in
 *     one of Hadoop's file systems; in one that is not mounted, clips are video files and not folders of images
 * @param options how it is learned, as {@link org.lamp4j.config.JsonOptions#training} reads it; {@code {}} for the
 *     paper's settings
 */
public record TrainingRequest(String id, String clips, String options) {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("clips", DataTypes.StringType)
            .add("options", DataTypes.StringType);

    /**
     * Reads requests from a table with columns of these names; {@code options} may be missing or null.
     *
     * @param table the table
     * @return the requests
     * @throws IllegalArgumentException if another column is missing, or is spelt otherwise
     */
    public static Dataset<TrainingRequest> from(Dataset<Row> table) {
        return RowRecords.columns(table, SCHEMA, "id", "clips").as(encoder());
    }

    /**
     * Returns how Spark stores requests.
     *
     * @return the encoder, for {@code SparkSession.createDataset}
     */
    public static Encoder<TrainingRequest> encoder() {
        return RowRecords.encoder(TrainingRequest.class, SCHEMA, new RowCodec());
    }

    private static final class RowCodec implements RecordCodec<TrainingRequest> {

        private static final long serialVersionUID = 1;

        @Override
        public Row encode(TrainingRequest request) {
            return RowFactory.create(request.id, request.clips, request.options);
        }

        @Override
        public TrainingRequest decode(Row row) {
            RowReader reader = new RowReader(row);
            return new TrainingRequest(
                    reader.text("id").orElse(""),
                    reader.text("clips").orElse(""),
                    reader.text("options").orElse("{}"));
        }
    }
}
