/** Graphs as ONNX files. */
@NullMarked
package org.lamp4j.onnx.format;

import org.jspecify.annotations.NullMarked;
