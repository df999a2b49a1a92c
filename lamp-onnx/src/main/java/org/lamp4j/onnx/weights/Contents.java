package org.lamp4j.onnx.weights;

import java.util.Map;

/**
 * What a reader found in a file.
 *
 * @param tensors the tensors by name, in the file's order
 * @param metadata the file's notes, empty where the format has none
 */
record Contents(Map<String, StoredTensor> tensors, Map<String, String> metadata) {}
