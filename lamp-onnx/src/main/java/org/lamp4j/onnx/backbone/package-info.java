/** The backbone that lamp-core finds: a model folder as sessions of ONNX Runtime, and as exported ONNX files. */
package org.lamp4j.onnx.backbone;
