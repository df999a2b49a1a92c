/** CLIP's text encoder, the VAE and the video UNet, each from one configuration record. */
package org.lamp4j.onnx.model;
