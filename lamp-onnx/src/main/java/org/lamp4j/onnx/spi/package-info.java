/** What lamp-cuda implements: tensors that stay in a device's memory from run to run. */
@NullMarked
package org.lamp4j.onnx.spi;

import org.jspecify.annotations.NullMarked;
