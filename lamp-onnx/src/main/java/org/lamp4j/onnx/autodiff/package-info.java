/** Reverse-mode differentiation of graphs; knows no operator. */
package org.lamp4j.onnx.autodiff;
