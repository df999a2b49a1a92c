/** A computation as nodes and values of known shape; knows no operator. */
@NullMarked
package org.lamp4j.onnx.graph;

import org.jspecify.annotations.NullMarked;
