/**
 * Model weights on disk: safetensors files and PyTorch's zip archives, mapped into memory rather than read onto the
 * heap, and their writers.
 */
@NullMarked
package org.lamp4j.onnx.weights;

import org.jspecify.annotations.NullMarked;
