/** CLIP's text encoder, the VAE and the video UNet, each from its configuration. */
package org.lamp4j.onnx.model;
