/** CLIP models with both towers: how well pictures and words go together. */
package org.lamp4j.onnx.clip;
