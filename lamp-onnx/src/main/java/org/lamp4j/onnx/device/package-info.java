/**
 * Choosing the device that networks run on: a small graph is run there before a device is taken, and what is missing is
 * said by name.
 */
@NullMarked
package org.lamp4j.onnx.device;

import org.jspecify.annotations.NullMarked;
