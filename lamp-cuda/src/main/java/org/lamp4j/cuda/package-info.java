/** Memory of a GPU, through ONNX Runtime's C API. */
@NullMarked
package org.lamp4j.cuda;

import org.jspecify.annotations.NullMarked;
