package org.lamp4j.spark;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link GenerationRequest}.
 *
 * @param id the request's
 * @param prompt the request's
 * @param seed what its randomness came from; 0 if there is an error
 * @param clip the MP4; empty if it was written to a file, or there is an error
 * @param uri the MP4's file; empty if it is in this row, or there is an error
 * @param sha256 hash of the MP4, {@code sha256:} and 64 hexadecimal digits; empty if there is an error
 * @param kept whether the file was there already and was not made again
 * @param seconds how long the request took here
 * @param host where it was made
 * @param error why there is no clip; empty if there is one
 */
public record GeneratedClip(
        String id,
        String prompt,
        long seed,
        Optional<byte[]> clip,
        Optional<String> uri,
        Optional<String> sha256,
        boolean kept,
        double seconds,
        String host,
        Optional<String> error) {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("prompt", DataTypes.StringType)
            .add("seed", DataTypes.LongType)
            .add("clip", DataTypes.BinaryType)
            .add("uri", DataTypes.StringType)
            .add("sha256", DataTypes.StringType)
            .add("kept", DataTypes.BooleanType)
            .add("seconds", DataTypes.DoubleType)
            .add("host", DataTypes.StringType)
            .add("error", DataTypes.StringType);

    /**
     * Reads clips from a table that was written of them.
     *
     * @param table the table; columns that are missing are empty
     * @return the clips
     */
    public static Dataset<GeneratedClip> from(Dataset<Row> table) {
        return RowRecords.columns(table, SCHEMA).as(encoder());
    }

    /**
     * Returns how Spark stores clips.
     *
     * @return the encoder
     */
    public static Encoder<GeneratedClip> encoder() {
        return RowRecords.encoder(GeneratedClip.class, SCHEMA, new RowCodec());
    }

    /** Clips are equal if all that is said of them is. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GeneratedClip that
                && id.equals(that.id)
                && prompt.equals(that.prompt)
                && seed == that.seed
                && Arrays.equals(clip.orElse(null), that.clip.orElse(null))
                && uri.equals(that.uri)
                && sha256.equals(that.sha256)
                && kept == that.kept
                && Double.compare(seconds, that.seconds) == 0
                && host.equals(that.host)
                && error.equals(that.error);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                id, prompt, seed, Arrays.hashCode(clip.orElse(null)), uri, sha256, kept, seconds, host, error);
    }

    private static final class RowCodec implements RecordCodec<GeneratedClip> {

        private static final long serialVersionUID = 1;

        @Override
        public Row encode(GeneratedClip made) {
            return RowFactory.create(
                    made.id,
                    made.prompt,
                    made.seed,
                    made.clip.orElse(null),
                    made.uri.orElse(null),
                    made.sha256.orElse(null),
                    made.kept,
                    made.seconds,
                    made.host,
                    made.error.orElse(null));
        }

        @Override
        public GeneratedClip decode(Row row) {
            RowReader reader = new RowReader(row);
            return new GeneratedClip(
                    reader.text("id").orElse(""),
                    reader.text("prompt").orElse(""),
                    reader.wholeNumber("seed").orElse(0),
                    reader.bytes("clip"),
                    reader.text("uri"),
                    reader.text("sha256"),
                    reader.flag("kept"),
                    reader.number("seconds").orElse(0),
                    reader.text("host").orElse(""),
                    reader.text("error"));
        }
    }
}
