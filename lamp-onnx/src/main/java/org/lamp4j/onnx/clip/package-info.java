/** CLIP models with both towers: how well images and words go together. */
package org.lamp4j.onnx.clip;
