package org.lamp4j.spark;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What became of a {@link TrainingRequest}.
 *
 * @param id the request's
 * @param uri the pattern's file; empty if there is an error
 * @param fingerprint hash of the pattern's parameters; empty if there is an error
 * @param resumedFrom the step of the checkpoint that training went on from here, 0 if it began anew
 * @param kept whether the file was there already and nothing was learned again
 * @param seconds how long the request took here
 * @param host where it was learned
 * @param error why there is no pattern; empty if there is one
 */
public record TrainedPattern(
        String id,
        Optional<String> uri,
        Optional<String> fingerprint,
        long resumedFrom,
        boolean kept,
        double seconds,
        String host,
        Optional<String> error) {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("uri", DataTypes.StringType)
            .add("fingerprint", DataTypes.StringType)
            .add("resumedFrom", DataTypes.LongType)
            .add("kept", DataTypes.BooleanType)
            .add("seconds", DataTypes.DoubleType)
            .add("host", DataTypes.StringType)
            .add("error", DataTypes.StringType);

    /**
     * Reads patterns' rows from a table that was written of them.
     *
     * @param table the table; columns that are missing are empty
     * @return the rows
     */
    public static Dataset<TrainedPattern> from(Dataset<Row> table) {
        return RowRecords.columns(table, SCHEMA).as(encoder());
    }

    /**
     * Returns how Spark stores these rows.
     *
     * @return the encoder
     */
    public static Encoder<TrainedPattern> encoder() {
        return RowRecords.encoder(TrainedPattern.class, SCHEMA, new RowCodec());
    }

    private static final class RowCodec implements RecordCodec<TrainedPattern> {

        private static final long serialVersionUID = 1;

        @Override
        public Row encode(TrainedPattern trained) {
            return RowFactory.create(
                    trained.id,
                    trained.uri.orElse(null),
                    trained.fingerprint.orElse(null),
                    trained.resumedFrom,
                    trained.kept,
                    trained.seconds,
                    trained.host,
                    trained.error.orElse(null));
        }

        @Override
        public TrainedPattern decode(Row row) {
            RowReader reader = new RowReader(row);
            return new TrainedPattern(
                    reader.text("id").orElse(""),
                    reader.text("uri"),
                    reader.text("fingerprint"),
                    reader.wholeNumber("resumedFrom").orElse(0),
                    reader.flag("kept"),
                    reader.number("seconds").orElse(0),
                    reader.text("host").orElse(""),
                    reader.text("error"));
        }
    }
}
