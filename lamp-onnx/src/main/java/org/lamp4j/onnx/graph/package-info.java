/** A computation as nodes and values of known shape; knows no operator. */
package org.lamp4j.onnx.graph;
