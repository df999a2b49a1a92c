/** Sessions of ONNX Runtime, the devices they run on, and the native memory they share. */
package org.lamp4j.onnx.runtime;
