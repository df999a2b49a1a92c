/** CLIP's text encoder, the VAE and the video UNet, each from its configuration. */
@NullMarked
package org.lamp4j.onnx.model;

import org.jspecify.annotations.NullMarked;
