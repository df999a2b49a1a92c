/**
 * Stable Diffusion models in one file, in the layout of the program they were first trained with: recognising them, and
 * their keys under the names that diffusers gives them.
 */
@NullMarked
package org.lamp4j.onnx.singlefile;

import org.jspecify.annotations.NullMarked;
