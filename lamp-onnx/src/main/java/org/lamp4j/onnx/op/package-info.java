/**
 * ONNX operators: for each one a function that reads as mathematics, the rule that gives its shapes and the rule that
 * gives its gradients, side by side in one file per family.
 */
@NullMarked
package org.lamp4j.onnx.op;

import org.jspecify.annotations.NullMarked;
