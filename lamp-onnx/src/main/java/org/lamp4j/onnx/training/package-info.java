/** The training step: loss, gradients and AdamW as graphs. */
@NullMarked
package org.lamp4j.onnx.training;

import org.jspecify.annotations.NullMarked;
