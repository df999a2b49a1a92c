package org.lamp4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.lamp4j.files.ContentHash;

/**
 * A clip to make: a row of a batch. What is wrong with it is found where it is made, and makes a {@link GeneratedClip}
 * with an error.
 *
 * @param id what the row is known by, no two alike in a batch: 1 to 100 letters, digits, dots, hyphens and underscores
 * @param prompt what the clip shows
 * @param firstFrame the first frame as PNG, JPEG or WebP; empty if it lies in a file, or is to be drawn from the prompt
 * @param firstFrameUri the first frame as a file that Hadoop's file systems can read; empty if there is none
 * @param pattern the motion pattern's file, a URI as above
 * @param options how the clip is generated, as {@link org.lamp4j.config.JsonOptions#generation} reads it; {@code {}}
 *     for the paper's settings
 * @param seed where its randomness comes from; empty for that of the options or, without one, for a hash of the id
 */
public record GenerationRequest(
        String id,
        String prompt,
        Optional<byte[]> firstFrame,
        Optional<String> firstFrameUri,
        String pattern,
        String options,
        OptionalLong seed) {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("prompt", DataTypes.StringType)
            .add("firstFrame", DataTypes.BinaryType)
            .add("firstFrameUri", DataTypes.StringType)
            .add("pattern", DataTypes.StringType)
            .add("options", DataTypes.StringType)
            .add("seed", DataTypes.LongType);

    /**
     * Returns a request with the paper's settings.
     *
     * @param id what the row is known by
     * @param prompt what the clip shows
     * @param firstFrameUri the first frame
     * @param pattern the motion pattern's file
     * @return the request
     */
    public static GenerationRequest of(String id, String prompt, String firstFrameUri, String pattern) {
        return new GenerationRequest(
                id, prompt, Optional.empty(), Optional.of(firstFrameUri), pattern, "{}", OptionalLong.empty());
    }

    /**
     * Returns this request with other options.
     *
     * @param newOptions how the clip is generated
     * @return the request with these options
     */
    public GenerationRequest withOptions(String newOptions) {
        return new GenerationRequest(id, prompt, firstFrame, firstFrameUri, pattern, newOptions, seed);
    }

    /**
     * Reads requests from a table with columns of these names; {@code firstFrame}, {@code firstFrameUri},
     * {@code options} and {@code seed} may be missing or null.
     *
     * @param table the table
     * @return the requests
     * @throws IllegalArgumentException if another column is missing, or is spelt otherwise
     */
    public static Dataset<GenerationRequest> from(Dataset<Row> table) {
        return RowRecords.columns(withReadableSeeds(table), SCHEMA, "id", "prompt", "pattern")
                .as(encoder());
    }

    /** A seed that is no number is moved to the options, which are read where the clip is made and name it there. */
    private static Dataset<Row> withReadableSeeds(Dataset<Row> table) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains("seed")) {
            return table;
        }
        Column number = col("seed").try_cast(DataTypes.LongType);
        Column options = columns.contains("options") ? col("options") : lit(null);
        return table.withColumn(
                        "options",
                        when(col("seed").isNotNull().and(number.isNull()), to_json(struct(col("seed"))))
                                .otherwise(options))
                .withColumn("seed", number);
    }

    /**
     * Returns how Spark stores requests.
     *
     * @return the encoder, for {@code SparkSession.createDataset}
     */
    public static Encoder<GenerationRequest> encoder() {
        return RowRecords.encoder(GenerationRequest.class, SCHEMA, new RowCodec());
    }

    /** Returns the seed of a request that gives none: always the same for an id, wherever and when it is made. */
    static long seedOf(String id) {
        return new ContentHash().add(id).finishAsLong();
    }

    /** Requests are equal if all they say is. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GenerationRequest that
                && id.equals(that.id)
                && prompt.equals(that.prompt)
                && Arrays.equals(firstFrame.orElse(null), that.firstFrame.orElse(null))
                && firstFrameUri.equals(that.firstFrameUri)
                && pattern.equals(that.pattern)
                && options.equals(that.options)
                && seed.equals(that.seed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                id, prompt, Arrays.hashCode(firstFrame.orElse(null)), firstFrameUri, pattern, options, seed);
    }

    private static final class RowCodec implements RecordCodec<GenerationRequest> {

        private static final long serialVersionUID = 1;

        @Override
        public Row encode(GenerationRequest request) {
            return RowFactory.create(
                    request.id,
                    request.prompt,
                    request.firstFrame.orElse(null),
                    request.firstFrameUri.orElse(null),
                    request.pattern,
                    request.options,
                    request.seed.isPresent() ? request.seed.getAsLong() : null);
        }

        @Override
        public GenerationRequest decode(Row row) {
            RowReader reader = new RowReader(row);
            return new GenerationRequest(
                    reader.text("id").orElse(""),
                    reader.text("prompt").orElse(""),
                    reader.bytes("firstFrame"),
                    reader.text("firstFrameUri"),
                    reader.text("pattern").orElse(""),
                    reader.text("options").orElse("{}"),
                    reader.wholeNumber("seed"));
        }
    }
}
