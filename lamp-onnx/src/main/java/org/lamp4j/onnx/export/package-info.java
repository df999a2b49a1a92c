/** A model, and a pattern with it, as ONNX files. */
package org.lamp4j.onnx.export;
