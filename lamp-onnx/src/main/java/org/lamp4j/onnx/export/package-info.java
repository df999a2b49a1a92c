/** A model, and a pattern with it, as ONNX files. */
@NullMarked
package org.lamp4j.onnx.export;

import org.jspecify.annotations.NullMarked;
