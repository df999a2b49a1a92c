/** LoRA files of a base model: whose names they use, what they add, and the base's tensors with it added. */
@NullMarked
package org.lamp4j.onnx.lora;

import org.jspecify.annotations.NullMarked;
