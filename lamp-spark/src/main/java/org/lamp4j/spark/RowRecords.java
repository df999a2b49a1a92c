package org.lamp4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.Arrays;
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

    /** Returns the columns of a schema, in its types; those that are missing are null in every row. */
    static Dataset<Row> columns(Dataset<Row> table, StructType schema) {
        Column[] columns = Arrays.stream(schema.fields())
                .map(field -> (Arrays.asList(table.columns()).contains(field.name()) ? col(field.name()) : lit(null))
                        .cast(field.dataType())
                        .as(field.name()))
                .toArray(Column[]::new);
        return table.select(columns);
    }
}
