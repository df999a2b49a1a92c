package org.lamp4j.video;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders files as people count: {@code frame2.png} before {@code frame10.png}. */
final class NaturalOrder implements Comparator<Path> {

    private static final Pattern PARTS = Pattern.compile("0*(?<number>[0-9]+)|[^0-9]+");

    @Override
    public int compare(Path left, Path right) {
        String leftName = left.getFileName().toString();
        String rightName = right.getFileName().toString();
        Matcher leftParts = PARTS.matcher(withoutEnding(leftName));
        Matcher rightParts = PARTS.matcher(withoutEnding(rightName));
        while (true) {
            boolean leftEnds = !leftParts.find();
            boolean rightEnds = !rightParts.find();
            if (leftEnds || rightEnds) {
                // frame1 and frame01 are equal as numbers; the names decide, so that the order is always the same.
                return leftEnds && rightEnds ? leftName.compareTo(rightName) : Boolean.compare(rightEnds, leftEnds);
            }
            int order = compareParts(leftParts, rightParts);
            if (order != 0) {
                return order;
            }
        }
    }

    private static String withoutEnding(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static int compareParts(Matcher left, Matcher right) {
        String leftNumber = left.group("number");
        String rightNumber = right.group("number");
        if (leftNumber == null || rightNumber == null) {
            return left.group().compareTo(right.group());
        }
        // Without leading zeros the longer number is the greater one; no number is too long for this.
        int byLength = Integer.compare(leftNumber.length(), rightNumber.length());
        return byLength != 0 ? byLength : leftNumber.compareTo(rightNumber);
    }
}
