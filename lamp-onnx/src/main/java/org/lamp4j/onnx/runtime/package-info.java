/** Sessions of ONNX Runtime, the devices they run on, and the backbone that lamp-core finds. */
package org.lamp4j.onnx.runtime;
