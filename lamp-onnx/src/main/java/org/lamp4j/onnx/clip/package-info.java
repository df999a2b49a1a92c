/** CLIP models with both towers: how well images and words go together. */
@NullMarked
package org.lamp4j.onnx.clip;

import org.jspecify.annotations.NullMarked;
