package org.lamp4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders;
import org.apache.spark.sql.catalyst.encoders.Codec;
import org.apache.spark.sql.catalyst.encoders.RowEncoder;
import org.apache.spark.sql.types.StructType;
import scala.Function0;
import scala.reflect.ClassTag$;

/** Records as rows of a table: Spark's own encoder of beans takes classes with setters only. */
final class RowRecords {

    private RowRecords() {}

    static <T> Encoder<T> encoder(Class<T> type, StructType schema, RecordCodec<T> codec) {
        return new AgnosticEncoders.TransformingEncoder<>(
                ClassTag$.MODULE$.apply(type),
                RowEncoder.encoderFor(schema),
                (Function0<Codec<? super T, Row>> & Serializable) () -> codec,
                true);
    }

    /**
     * Returns the columns of a schema, in its types; those that are missing are null in every row.
     *
     * @param required names of those that may not be missing
     * @throws IllegalArgumentException if one of them is, or a column has a name that differs in letters' case, hyphens
     *     or underscores only
     */
    static Dataset<Row> columns(Dataset<Row> table, StructType schema, String... required) {
        List<String> given = Arrays.asList(table.columns());
        for (String known : schema.fieldNames()) {
            for (String name : given) {
                if (plain(name).equals(plain(known)) && !name.equals(known)) {
                    throw new IllegalArgumentException("expected the column " + known + ", but was " + name);
                }
            }
        }
        for (String name : required) {
            if (!given.contains(name)) {
                throw new IllegalArgumentException(
                        "expected the column " + name + ", but was " + String.join(", ", given));
            }
        }
        Column[] columns = Arrays.stream(schema.fields())
                .map(field -> (given.contains(field.name()) ? col(field.name()) : lit(null))
                        .cast(field.dataType())
                        .as(field.name()))
                .toArray(Column[]::new);
        return table.select(columns);
    }

    private static String plain(String column) {
        return column.replaceAll("[ _-]", "").toLowerCase(Locale.ROOT);
    }
}
