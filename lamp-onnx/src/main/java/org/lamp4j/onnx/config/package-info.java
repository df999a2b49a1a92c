/** The dimensions of the networks of a model, as its configuration files have them. */
package org.lamp4j.onnx.config;
