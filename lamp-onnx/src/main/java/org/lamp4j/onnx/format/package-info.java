/** Graphs as ONNX files. */
package org.lamp4j.onnx.format;
