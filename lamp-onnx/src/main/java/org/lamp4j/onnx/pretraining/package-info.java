/** Pre-training of whole networks from nothing: initial values and losses as graphs. */
package org.lamp4j.onnx.pretraining;
