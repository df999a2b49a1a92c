package org.lamp4j.spark;

import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a {@link GeneratedClip}. All but the error are empty if there is one.
 *
 * @param id the clip's
 * @param alignment cosine of frames and prompt times 100, higher is better; empty without a CLIP model
 * @param consistency mean cosine of the frames with each other times 100, higher is better; empty without a CLIP model
 * @param right mean motion to the right, as {@link org.lamp4j.evaluation.MotionStatistics} has it
 * @param down mean motion downwards
 * @param magnitude mean length of motion, whatever its direction
 * @param movingShare part of the image that moves, 0 to 1
 * @param error why there are no figures; that of the clip if it has one
 */
public record ClipEvaluation(
        String id,
        OptionalDouble alignment,
        OptionalDouble consistency,
        OptionalDouble right,
        OptionalDouble down,
        OptionalDouble magnitude,
        OptionalDouble movingShare,
        Optional<String> error) {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("alignment", DataTypes.DoubleType)
            .add("consistency", DataTypes.DoubleType)
            .add("right", DataTypes.DoubleType)
            .add("down", DataTypes.DoubleType)
            .add("magnitude", DataTypes.DoubleType)
            .add("movingShare", DataTypes.DoubleType)
            .add("error", DataTypes.StringType);

    /** Returns a row for a clip that has no figures. */
    static ClipEvaluation failed(String id, Optional<String> error) {
        OptionalDouble none = OptionalDouble.empty();
        return new ClipEvaluation(id, none, none, none, none, none, none, error);
    }

    /**
     * Returns how Spark stores figures.
     *
     * @return the encoder
     */
    public static Encoder<ClipEvaluation> encoder() {
        return RowRecords.encoder(ClipEvaluation.class, SCHEMA, new RowCodec());
    }

    private static final class RowCodec implements RecordCodec<ClipEvaluation> {

        private static final long serialVersionUID = 1;

        @Override
        public Row encode(ClipEvaluation figures) {
            return RowFactory.create(
                    figures.id,
                    boxed(figures.alignment),
                    boxed(figures.consistency),
                    boxed(figures.right),
                    boxed(figures.down),
                    boxed(figures.magnitude),
                    boxed(figures.movingShare),
                    figures.error.orElse(null));
        }

        private static @Nullable Object boxed(OptionalDouble value) {
            return value.isPresent() ? value.getAsDouble() : null;
        }

        @Override
        public ClipEvaluation decode(Row row) {
            RowReader reader = new RowReader(row);
            return new ClipEvaluation(
                    reader.text("id").orElse(""),
                    reader.number("alignment"),
                    reader.number("consistency"),
                    reader.number("right"),
                    reader.number("down"),
                    reader.number("magnitude"),
                    reader.number("movingShare"),
                    reader.text("error"));
        }
    }
}
