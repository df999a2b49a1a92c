/** Sessions of ONNX Runtime, the devices they run on, and the native memory they share. */
@NullMarked
package org.lamp4j.onnx.runtime;

import org.jspecify.annotations.NullMarked;
