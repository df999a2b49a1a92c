package org.lamp4j.onnx.weights;

import java.util.ArrayList;
import java.util.List;

/** Headers of safetensors files as someone writes them who means harm. */
final class CraftedHeaders {

    private static final int BLOCKS = 9;

    private CraftedHeaders() {}

    /**
     * Names with one hash in Jackson's tables, whatever their seed: it adds up a hash of each four bytes from the
     * fourth on, so that their order does not matter.
     */
    static List<String> collidingNames(int count) {
        List<String> blocks = new ArrayList<>();
        for (char letter = 'a'; letter < 'a' + BLOCKS; letter++) {
            blocks.add(String.valueOf(letter).repeat(4));
        }
        List<String> names = new ArrayList<>();
        for (int number = 0; names.size() < count; number++) {
            names.add("tensor.names" + permutation(new ArrayList<>(blocks), number));
        }
        return names;
    }

    private static String permutation(List<String> left, int number) {
        StringBuilder permutation = new StringBuilder();
        int rest = number;
        while (!left.isEmpty()) {
            int size = left.size();
            permutation.append(left.remove(rest % size));
            rest /= size;
        }
        return permutation.toString();
    }

    /** A header of empty tensors of so many axes. */
    static String tensors(List<String> names, int axes) {
        String shape = "0" + ",1".repeat(axes - 1);
        StringBuilder header = new StringBuilder("{");
        for (String name : names) {
            header.append('"')
                    .append(name)
                    .append("\":{\"dtype\":\"U8\",\"shape\":[")
                    .append(shape);
            header.append("],\"data_offsets\":[0,0]},");
        }
        header.setCharAt(header.length() - 1, '}');
        return header.toString();
    }

    /** A header of empty notes. */
    static String notes(List<String> keys) {
        return "{\"__metadata__\":{\"" + String.join("\":\"\",\"", keys) + "\":\"\"}}";
    }
}
