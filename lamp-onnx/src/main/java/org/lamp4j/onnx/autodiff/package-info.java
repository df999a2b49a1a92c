/** Reverse-mode differentiation of graphs; knows no operator. */
@NullMarked
package org.lamp4j.onnx.autodiff;

import org.jspecify.annotations.NullMarked;
