/**
 * Batches of clips and motions on Apache Spark: a table of requests in, a table of results out. Each executor process
 * opens a model once; what fails for its own reasons is a row that says so, and a lost executor is Spark's to replace.
 */
@NullMarked
package org.lamp4j.spark;

import org.jspecify.annotations.NullMarked;
