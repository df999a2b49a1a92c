/** The backbone that lamp-core finds: a model folder as sessions of ONNX Runtime. */
package org.lamp4j.onnx.backbone;
