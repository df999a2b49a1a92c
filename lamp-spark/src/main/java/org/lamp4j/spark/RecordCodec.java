package org.lamp4j.spark;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.Codec;

/** Turns a record into a row and back. */
interface RecordCodec<T> extends Codec<T, Row> {}
