/** The dimensions of the networks of a model, as its configuration files have them. */
@NullMarked
package org.lamp4j.onnx.config;

import org.jspecify.annotations.NullMarked;
