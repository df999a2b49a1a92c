package org.lamp4j.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.text.WeightedPrompt.Part;

/** Reads the notation of {@link WeightedPrompt}, sign by sign. */
final class WeightedPromptParser {

    private static final double ROUND = 1.1;
    private static final double SQUARE = 1 / 1.1;
    private static final double LARGEST = 100;

    private static final String SIGNS = "()[]\\";

    /** What closes a round bracket with a weight. */
    private static final Pattern WEIGHT = Pattern.compile(":\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+))\\s*\\)");

    private static final Pattern BREAK = Pattern.compile("\\s*\\bBREAK\\b\\s*");

    private final String prompt;
    private final List<Piece> pieces = new ArrayList<>();
    private final Deque<Integer> round = new ArrayDeque<>();
    private final Deque<Integer> square = new ArrayDeque<>();

    /** A text and its weight so far, or the place of a break. */
    private static final class Piece {

        private final String text;
        private final boolean isBreak;
        private double weight = 1;

        Piece(String text, boolean isBreak) {
            this.text = text;
            this.isBreak = isBreak;
        }
    }

    WeightedPromptParser(String prompt) {
        this.prompt = prompt;
    }

    List<List<Part>> parse() {
        int position = 0;
        while (position < prompt.length()) {
            position = next(position);
        }
        round.forEach(start -> multiply(start, ROUND));
        square.forEach(start -> multiply(start, SQUARE));
        return sections();
    }

    /** Reads what begins at a position and returns where it ends. */
    private int next(int position) {
        char sign = prompt.charAt(position);
        switch (sign) {
            case '\\' -> {
                boolean escapes = position + 1 < prompt.length() && SIGNS.indexOf(prompt.charAt(position + 1)) >= 0;
                if (escapes) {
                    pieces.add(new Piece(prompt.substring(position + 1, position + 2), false));
                }
                return position + (escapes ? 2 : 1);
            }
            case '(' -> round.push(pieces.size());
            case '[' -> square.push(pieces.size());
            case ')' -> close(round, ROUND, sign);
            case ']' -> close(square, SQUARE, sign);
            case ':' -> {
                return colon(position);
            }
            default -> {
                return text(position);
            }
        }
        return position + 1;
    }

    private void close(Deque<Integer> opened, double factor, char sign) {
        if (opened.isEmpty()) {
            pieces.add(new Piece(String.valueOf(sign), false));
        } else {
            multiply(opened.pop(), factor);
        }
    }

    private int colon(int position) {
        Matcher weight = WEIGHT.matcher(prompt).region(position, prompt.length());
        if (round.isEmpty() || !weight.lookingAt()) {
            pieces.add(new Piece(":", false));
            return position + 1;
        }
        multiply(round.pop(), Double.parseDouble(weight.group(1)));
        return weight.end();
    }

    private int text(int start) {
        int end = start;
        while (end < prompt.length() && SIGNS.indexOf(prompt.charAt(end)) < 0 && prompt.charAt(end) != ':') {
            end++;
        }
        String[] texts = BREAK.split(prompt.substring(start, end), -1);
        for (int index = 0; index < texts.length; index++) {
            if (index > 0) {
                pieces.add(new Piece("", true));
            }
            pieces.add(new Piece(texts[index], false));
        }
        return end;
    }

    private void multiply(int start, double factor) {
        for (Piece piece : pieces.subList(start, pieces.size())) {
            piece.weight *= factor;
        }
    }

    private List<List<Part>> sections() {
        List<List<Part>> sections = new ArrayList<>();
        List<Part> section = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        double weight = 1;
        for (Piece piece : pieces) {
            if (piece.isBreak || piece.weight != weight) {
                addPart(text, weight, section);
                weight = piece.isBreak ? 1 : piece.weight;
            }
            if (piece.isBreak) {
                sections.add(section);
                section = new ArrayList<>();
            }
            text.append(piece.text);
        }
        addPart(text, weight, section);
        sections.add(section);
        return sections;
    }

    private static void addPart(StringBuilder text, double weight, List<Part> section) {
        if (!(Math.abs(weight) <= LARGEST)) {
            throw new IllegalArgumentException(
                    "expected weights of a prompt's words from -100 to 100, but was " + weight);
        }
        if (!text.isEmpty()) {
            section.add(new Part(text.toString(), (float) weight));
            text.setLength(0);
        }
    }
}
