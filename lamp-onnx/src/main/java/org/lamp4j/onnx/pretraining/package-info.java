/** Training whole networks from nothing, writing models, and models with random weights. */
@NullMarked
package org.lamp4j.onnx.pretraining;

import org.jspecify.annotations.NullMarked;
