/** Training whole networks from nothing, writing models, and models with random weights. */
package org.lamp4j.onnx.pretraining;
