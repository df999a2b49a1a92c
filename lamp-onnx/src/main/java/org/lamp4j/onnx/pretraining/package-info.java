/** Pre-training of whole networks from nothing: initial values and losses as graphs. */
@NullMarked
package org.lamp4j.onnx.pretraining;

import org.jspecify.annotations.NullMarked;
