/** The layers that CLIP, the VAE and the UNet are made of; a scope's path is the key of its weights. */
@NullMarked
package org.lamp4j.onnx.layer;

import org.jspecify.annotations.NullMarked;
