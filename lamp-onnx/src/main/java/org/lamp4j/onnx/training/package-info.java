/** The training step: loss, gradients and AdamW as graphs. */
package org.lamp4j.onnx.training;
