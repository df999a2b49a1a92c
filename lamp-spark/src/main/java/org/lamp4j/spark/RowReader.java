package org.lamp4j.spark;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;

/** Reads the columns of a row, where null is nothing. */
record RowReader(Row row) {

    private <T> Optional<T> value(String column) {
        return Optional.ofNullable(row.<T>getAs(column));
    }

    Optional<String> text(String column) {
        return value(column);
    }

    Optional<byte[]> bytes(String column) {
        return value(column);
    }

    OptionalLong wholeNumber(String column) {
        return this.<Long>value(column).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    OptionalDouble number(String column) {
        return this.<Double>value(column).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    boolean flag(String column) {
        return this.<Boolean>value(column).orElse(false);
    }
}
