/** The backbone that lamp-core finds: a model folder as sessions of ONNX Runtime. */
@NullMarked
package org.lamp4j.onnx.backbone;

import org.jspecify.annotations.NullMarked;
